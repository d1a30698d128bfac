import { setTimeout as delay } from 'node:timers/promises';
import { getBase58Decoder } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, type Network, sol } from '../../src-shared/model/index.ts';
import type { Chain } from '../chain/index.ts';
import type { Journal } from '../policy/index.ts';
import type { LedgerStore, Signer } from '../wallet/index.ts';
import type { Implementer } from './call.ts';

export interface WalletDeps {
  readonly network: Network;
  readonly signer: Pick<Signer, 'addresses' | 'exportSpender'>;
  readonly ledger: LedgerStore;
  readonly chain: Pick<Chain, 'pulses'>;
  /** The sandbox's own endpoint; null off it, and where it serves none. */
  readonly rpcUrl: string | null;
  readonly usdcOnChain: () => Promise<bigint>;
  /** Lamports. */
  readonly feePayerSol: () => Promise<bigint>;
  /** `keychain`, `passphrase` or `keyfile`. */
  readonly sealing: () => string;
  readonly journal: Pick<Journal, 'note'>;
}

/** A screen would rather show the rest than wait for the chain. */
const solWithinMs = 3_000;

/** What the wallet is and holds, its one way out for a key, and how the chain does that it lives on. */
export function walletProcedures(os: Implementer, deps: WalletDeps) {
  const { network, signer, ledger, journal } = deps;
  const { usdc } = network;
  const dollars = (amount: bigint) => formatDecimal(amount, usdc.decimals);

  return {
    wallet: {
      balance: os.wallet.balance.handler(async () => ({
        asset: usdc.symbol,
        available: dollars(ledger.balance('available', usdc.mint)),
        reserved: dollars(ledger.balance('reserved', usdc.mint)),
        onChain: dollars(await deps.usdcOnChain()),
      })),
      show: os.wallet.show.handler(async () => {
        const held = await Promise.race([
          deps.feePayerSol().catch(() => null),
          delay(solWithinMs, null, { ref: false }),
        ]);
        return {
          network: network.name,
          ...signer.addresses,
          asset: { symbol: usdc.symbol, mint: usdc.mint },
          sol: held === null ? null : formatDecimal(held, sol.decimals),
          sealing: deps.sealing(),
        };
      }),
      exportKey: os.wallet.exportKey.handler(async ({ context }) => {
        // A window of our own is the owner's on the sandbox without a PIN. A key outlives the sandbox's harmlessness: never so.
        if (!context.pinProven) throw new GroatError('owner-required', { action: 'taking the wallet’s key out' });
        // On record before it is out: what cannot be written down does not happen.
        const { spender } = signer.addresses;
        const data = { what: 'key', address: spender, door: context.door };
        await journal.note({ kind: 'export', agent: null, subject: null, data });
        const keypair = await signer.exportSpender();
        try {
          return { address: spender, secretKey: getBase58Decoder().decode(keypair) };
        } finally {
          keypair.fill(0);
        }
      }),
    },
    chain: {
      health: os.chain.health.handler(async () =>
        (await deps.chain.pulses()).map(({ url, latencyMs, slot, problem }) => ({
          url: deps.rpcUrl ?? url,
          ok: problem === null,
          latencyMs: latencyMs === null ? null : Math.round(latencyMs),
          slot: slot === null ? null : Number(slot),
          problem,
        })),
      ),
    },
  };
}
