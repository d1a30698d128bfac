import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chain, Sandbox } from '../../../src-main/chain/index.ts';
import { ask, base64, type Cast, connect, newCast, newFolder, openSandbox, payment } from './fixture.ts';

// LiteSVM aborts the process on bytes that it cannot deserialize: an abort here ends this test file, not just a test.
describe('hostile transactions', () => {
  const folder = newFolder();
  let sandbox: Sandbox;
  let chain: Chain;
  let cast: Cast;
  let honest: Uint8Array;

  beforeAll(async () => {
    sandbox = await openSandbox(folder.dir, 0);
    chain = await connect(sandbox);
    cast = await newCast(sandbox);
    honest = await payment(cast, { lifetime: await chain.recentBlockhash(), cosigned: false });
  });
  afterAll(async () => {
    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });

  const tryAll = async (wire: Uint8Array): Promise<void> => {
    const options = { encoding: 'base64', replaceRecentBlockhash: true };
    const simulated = await ask(sandbox.rpcUrl, 'simulateTransaction', base64(wire), options);
    expect(simulated.error?.code ?? 0).not.toBe(-32603);
    const sent = await ask(sandbox.rpcUrl, 'sendTransaction', base64(wire), {
      encoding: 'base64',
      skipPreflight: true,
    });
    expect([-32602, -32003]).toContain(sent.error?.code);
  };

  it('survives any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 1400 }), tryAll), { numRuns: 200 });
  });

  it('survives any few bytes changed in an honest payment, its checks on blockhash and duplicates off', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        // After the two signatures: the message is what the virtual machine works on.
        const wire = Uint8Array.from(honest);
        for (const [at, value] of changes) wire[129 + (at % (wire.length - 129))] = value;
        await tryAll(wire);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is none the worse for it', async () => {
    const signature = await chain.send(await payment(cast, { lifetime: await chain.recentBlockhash() }));
    expect(await chain.status(signature)).toEqual({ confirmed: true, error: null });
  });
});
