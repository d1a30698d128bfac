import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { address, generateKeyPairSigner } from '@solana/kit';
import { getCloseAccountInstruction } from '@solana-program/token';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { startSandbox } from '../../../src-main/chain/index.ts';
import { connect, newCast, newFolder, openSandbox, payment } from './fixture.ts';

const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), source: z.string(), destination: z.string(), kept: z.string() }),
  z.object({ kind: z.literal('paid'), signature: z.string(), wire: z.string() }),
]);

describe('a sandbox whose process is killed', () => {
  it('keeps every payment that was acknowledged, once, and takes what was signed before', async () => {
    const folder = newFolder();
    const script = join(import.meta.dirname, 'paying-host.ts');
    const child = spawn(process.execPath, [script, folder.dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const paid: { signature: string; wire: string }[] = [];
    let ready: { source: string; destination: string; kept: string } | null = null;
    for await (const text of createInterface({ input: child.stdout })) {
      const said = line.parse(JSON.parse(text));
      if (said.kind === 'ready') ready = said;
      else paid.push(said);
      if (paid.length === 25) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(ready).not.toBeNull();
    if (ready === null) return;

    const sandbox = await openSandbox(folder.dir, 0);
    const chain = await connect(sandbox);
    for (const { signature } of paid) expect(await chain.status(signature)).toEqual({ confirmed: true, error: null });
    // One more may have landed whose answer we did not read; the books agree all the same.
    const landed = BigInt((await chain.history(ready.destination, null)).length - 1);
    expect(landed).toBeGreaterThanOrEqual(BigInt(paid.length));
    expect(await chain.tokenBalance(ready.destination)).toBe(1_000n * landed);
    expect(await chain.tokenBalance(ready.source)).toBe(100_000_000n - 1_000n * landed);

    const last = Buffer.from(paid.at(-1)?.wire ?? '', 'base64');
    expect((await chain.simulate(last)).error).toBe('AlreadyProcessed');
    await expect(chain.send(last)).rejects.toMatchObject({ code: 'rpc-failed' });

    await chain.send(Buffer.from(ready.kept, 'base64'));
    expect(await chain.tokenBalance(ready.destination)).toBe(1_000n * landed + 1n);

    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });
});

describe('a sandbox that is started again', () => {
  it('has the same accounts, history and time, and goes on with the same faucet', async () => {
    const folder = newFolder();
    const first = await openSandbox(folder.dir);
    const chain = await connect(first);
    const cast = await newCast(first);
    const lifetime = await chain.recentBlockhash();
    const sent = await Promise.all(
      Array.from({ length: 300 }, async () => chain.send(await payment(cast, { lifetime, amount: 10n }))),
    );
    const empty = await first.ensureTokenAccount(cast.feePayer.address);
    const close = getCloseAccountInstruction({
      account: address(empty),
      destination: cast.buyer.address,
      owner: cast.feePayer,
    });
    await chain.send(await payment(cast, { lifetime, instructions: [close] }));
    expect(await chain.tokenBalance(empty)).toBeNull();
    const history = await chain.history(cast.source, null);
    await first.advance(10);
    const { height } = await chain.finalized();
    await chain.stop();
    await first.stop();

    const second = await openSandbox(folder.dir);
    const again = await connect(second);
    expect(await again.tokenBalance(cast.destination)).toBe(3_000n);
    expect(await again.tokenBalance(empty)).toBeNull();
    expect(await again.history(cast.source, null)).toEqual(history);
    expect(await again.transaction(sent.at(-1) ?? '')).toMatchObject({ error: null, feeLamports: 10_000n });
    expect((await again.finalized()).height).toBeGreaterThan(height);
    const other = (await generateKeyPairSigner()).address;
    await second.fund(other, 1n);
    await again.stop();
    await second.stop();
    folder.remove();
  });

  it('refuses a payment from a chain that was thrown away', async () => {
    const [old, fresh] = [newFolder(), newFolder()];
    const first = await openSandbox(old.dir);
    const before = await connect(first);
    const wire = await payment(await newCast(first), { lifetime: await before.recentBlockhash() });
    await before.stop();
    await first.stop();
    const second = await openSandbox(fresh.dir);
    const chain = await connect(second);
    expect((await chain.simulate(wire)).error).toBe('BlockhashNotFound');
    await chain.stop();
    await second.stop();
    old.remove();
    fresh.remove();
  });

  it('keeps its file to its owner, and to one sandbox at a time', async () => {
    const folder = newFolder();
    const dir = join(folder.dir, 'chain');
    const sandbox = await openSandbox(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'chain.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'chain.db-wal')).mode & 0o777).toBe(0o600);
    await expect(openSandbox(dir)).rejects.toMatchObject({ code: 'store-foreign' });
    await sandbox.stop();
    const next = await openSandbox(dir);
    await next.stop();
    folder.remove();
  });

  it('leaves a newer chain, a foreign file and a chain of another mint alone', async () => {
    const folder = newFolder();
    await (await openSandbox(folder.dir)).stop();
    const other = { dir: folder.dir, rpcPort: null, usdcMint: (await generateKeyPairSigner()).address, log: silentLog };
    await expect(startSandbox(other)).rejects.toMatchObject({ code: 'store-foreign' });

    const file = join(folder.dir, 'chain.db');
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    await expect(openSandbox(folder.dir)).rejects.toMatchObject({ code: 'store-newer', context: { found: 99 } });

    writeFileSync(file, 'not a database at all, but somebody wants to keep it');
    await expect(openSandbox(folder.dir)).rejects.toMatchObject({ code: 'store-foreign' });
    expect(statSync(file).size).toBe(52);

    const strange = newFolder();
    const elses = new Database(join(strange.dir, 'chain.db'));
    elses.exec('CREATE TABLE mine (x)');
    elses.close();
    await expect(openSandbox(strange.dir)).rejects.toMatchObject({ code: 'store-foreign' });
    folder.remove();
    strange.remove();
  });
});
