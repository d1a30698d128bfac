import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createKeyPairFromBytes, getAddressFromPublicKey, getBase58Encoder } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { implementer } from '../../../src-main/host/call.ts';
import type { CallContext } from '../../../src-main/host/index.ts';
import { type WalletDeps, walletProcedures } from '../../../src-main/host/wallet-procedures.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { formsOfSecret } from '../../support/secret-forms.ts';
import { ownerInside, startTestHost, type TestHost } from '../../support/test-host.ts';

const as = ({ host }: TestHost, context: CallContext) => createRouterClient(host.router, { context });
const exports = (host: TestHost) => host.client.log.recent({ kind: 'export' });

describe('the spender’s key', () => {
  test('comes out for the owner with the PIN, and is what wallets import', async () => {
    const host = await startTestHost({ demo: false });
    const { address, secretKey } = await as(host, ownerInside).wallet.exportKey({ confirm: 'export' });
    expect(address).toBe(host.host.ready.address);
    const bytes = new Uint8Array(getBase58Encoder().encode(secretKey));
    expect(bytes).toHaveLength(64);
    const { publicKey } = await createKeyPairFromBytes(bytes);
    expect(await getAddressFromPublicKey(publicKey)).toBe(address);
    expect(await exports(host)).toMatchObject([{ data: { what: 'key', address, door: 'inside' } }]);
  });

  test.each([
    ['an operator', { rank: 'operator', pinProven: false, door: 'control' }],
    ['an agent', { rank: 'agent', pinProven: false, door: 'control' }],
    ['a window of the app that needs no PIN otherwise', { rank: 'owner', pinProven: false, door: 'window' }],
    ['an owner in a browser whose PIN did not come along', { rank: 'owner', pinProven: false, door: 'browser' }],
  ] as const)('does not come out for %s, and nothing is on record', async (_, context) => {
    const host = await startTestHost({ demo: false });
    const outcome = as(host, context).wallet.exportKey({ confirm: 'export' });
    const code = context.rank === 'agent' ? { code: 'FORBIDDEN' } : { data: { code: 'owner-required' } };
    await expect(outcome).rejects.toMatchObject(code);
    expect(await exports(host)).toEqual([]);
  });

  test('stands in no log and in no file of the home afterwards', async () => {
    const host = await startTestHost({ demo: false });
    const { secretKey } = await as(host, ownerInside).wallet.exportKey({ confirm: 'export' });
    await host.client.log.verify();
    await host.stop();
    const keypair = new Uint8Array(getBase58Encoder().encode(secretKey));
    const written = readdirSync(host.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(written.length).toBeGreaterThan(3);
    const forms = [keypair, keypair.subarray(0, 32)].flatMap((secret) => [
      ...formsOfSecret(secret),
      Buffer.from(secret).toString('latin1'),
    ]);
    for (const text of written) for (const form of forms) expect(text.includes(form)).toBe(false);
  });

  test.each([
    ['is on record before it is out', true],
    ['does not come out when that cannot be written down', false],
  ])('%s', async (_, canNote) => {
    const done: string[] = [];
    const keypair = new Uint8Array(64).fill(7);
    const procedures = walletProcedures(
      implementer(silentLog, () => false),
      {
        ...walletOf(keypair, done),
        journal: {
          note: async () => {
            if (!canNote) throw new Error('the disk is full');
            done.push('noted');
          },
        },
      },
    );
    const exporting = createRouterClient(procedures.wallet, { context: ownerInside }).exportKey({ confirm: 'export' });
    if (canNote) {
      expect((await exporting).secretKey).toMatch(/^[1-9A-HJ-NP-Za-km-z]{86,88}$/);
      expect(keypair.every((byte) => byte === 0)).toBe(true);
    } else await expect(exporting).rejects.toThrow();
    expect(done).toEqual(canNote ? ['noted', 'exported'] : []);
  });
});

/** Whatever is asked of it beyond its key was not to be asked. */
function walletOf(keypair: Uint8Array, done: string[]): WalletDeps {
  const unasked = () => {
    throw new Error('nobody was to ask this');
  };
  return {
    network: networks.sandbox,
    signer: {
      addresses: { spender: 'a', till: 'b', feePayer: 'c' },
      exportSpender: async () => {
        done.push('exported');
        return keypair;
      },
    },
    ledger: { balance: unasked },
    chain: { pulses: unasked },
    rpcUrl: null,
    usdcOnChain: unasked,
    feePayerSol: unasked,
    sealing: unasked,
    journal: { note: unasked },
  };
}

test('the wallet shows what it is and how it is sealed, and no key', async () => {
  const host = await startTestHost({ demo: false });
  const shown = await host.client.wallet.show();
  expect(shown).toEqual({
    network: 'sandbox',
    spender: host.host.ready.address,
    till: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/),
    feePayer: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/),
    asset: { symbol: 'USDC', mint: expect.any(String) },
    sol: '10',
    sealing: 'keyfile',
  });
});
