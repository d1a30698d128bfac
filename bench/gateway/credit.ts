import { createHash, randomBytes } from 'node:crypto';
import { createSolanaRpc, lamports } from '@solana/kit';
import { z } from 'zod';
import type { PrepaidPackage } from '../../src-shared/contract/index.ts';
import { networks, parseDecimal } from '../../src-shared/model/index.ts';
import { newSigner } from '../../test/support/official-x402.ts';
import { sendOwnTransfer } from '../../test/support/own-transfer.ts';
import type { PinnedHost } from './pinned-host.ts';

const issued = z.object({ credential: z.string() });

/** Buys a package with kit alone, as any buyer may, and answers the `X-Prepaid-Credential` to send. */
export async function buyCredit(
  host: PinnedHost,
  shop: { readonly gatewayUrl: string; readonly payTo: string },
  bought: PrepaidPackage,
): Promise<string> {
  const buyer = await newSigner();
  await host.host.sandbox.fund({ address: buyer.address, amount: bought.price });
  await createSolanaRpc(host.rpcUrl).requestAirdrop(buyer.address, lamports(1_000_000_000n)).send();
  const secret = randomBytes(32).toString('hex');
  const transaction = await sendOwnTransfer(host.rpcUrl, {
    payer: buyer,
    payTo: shop.payTo,
    amount: parseDecimal(bought.price, networks.sandbox.usdc.decimals),
    memo: `groat-prepaid:${createHash('sha256').update(secret).digest('hex')}`,
  });
  const answer = await fetch(`${shop.gatewayUrl}/prepaid/purchase`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      buyer_address: buyer.address,
      package_id: bought.id,
      tx_hash: transaction,
      form: 'groat',
      secret,
    }),
  });
  if (answer.status !== 201) throw new Error(`purchase: ${answer.status} ${await answer.text()}`);
  return issued.parse(await answer.json()).credential;
}
