import { generateKeyPairSigner, getTransactionDecoder } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chain, Sandbox } from '../../../src-main/chain/index.ts';
import { ask, base64, type Cast, connect, newCast, newFolder, openSandbox, payment, usdc } from './fixture.ts';

describe('the embedded chain', () => {
  const folder = newFolder();
  let sandbox: Sandbox;
  let chain: Chain;
  let cast: Cast;

  beforeAll(async () => {
    sandbox = await openSandbox(folder.dir, 0);
    chain = await connect(sandbox);
    cast = await newCast(sandbox);
  });
  afterAll(async () => {
    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });

  const lifetime = () => chain.recentBlockhash();

  it('has USDC with six decimals of the SPL Token program', async () => {
    expect(await chain.mint(usdc)).toEqual({
      decimals: 6,
      tokenProgram: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    });
  });

  it('rejects a mint that no known token program owns', async () => {
    await expect(chain.mint(cast.feePayer.address)).rejects.toMatchObject({ code: 'rpc-failed' });
    await expect(chain.mint(cast.source)).rejects.toMatchObject({ code: 'rpc-failed' });
    await expect(chain.mint('no address')).rejects.toMatchObject({ code: 'address-invalid' });
  });

  it('funds a wallet by a real transaction, and again on the same account', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const first = await sandbox.fund(owner, 5n);
    const second = await sandbox.fund(owner, 5n);
    expect(second.tokenAccount).toBe(first.tokenAccount);
    expect(await chain.tokenBalance(first.tokenAccount)).toBe(10n);
    expect((await chain.history(first.tokenAccount, null)).map((entry) => entry.signature)).toEqual([
      first.signature,
      second.signature,
    ]);
  });

  it('makes a token account once', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const account = await sandbox.ensureTokenAccount(owner);
    expect(await sandbox.ensureTokenAccount(owner)).toBe(account);
    expect(await chain.tokenBalance(account)).toBe(0n);
    expect(await chain.history(account, null)).toHaveLength(1);
  });

  it('gives equal airdrops in one slot as two transactions', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const [one, two] = await Promise.all([sandbox.airdrop(owner, 1_000_000n), sandbox.airdrop(owner, 1_000_000n)]);
    expect(one).not.toBe(two);
    expect(await chain.solBalance(owner)).toBe(2_000_000n);
  });

  it('has no balance where there is no account', async () => {
    const nobody = (await generateKeyPairSigner()).address;
    expect(await chain.tokenBalance(nobody)).toBeNull();
    expect(await chain.solBalance(nobody)).toBe(0n);
  });

  it.each([0, 'legacy'] as const)('moves tokens by a version %s transaction and shows what it did', async (version) => {
    const before = await chain.tokenBalance(cast.destination);
    const wire = await payment(cast, { lifetime: await lifetime(), amount: 12_345n, version });
    const signature = await chain.send(wire);
    expect(await chain.status(signature)).toEqual({ confirmed: true, error: null });
    expect(await chain.tokenBalance(cast.destination)).toBe((before ?? 0n) + 12_345n);
    const landed = await chain.transaction(signature);
    expect(landed).toMatchObject({ signature, error: null, feeLamports: 10_000n });
    expect(landed?.signatures).toHaveLength(2);
    expect(landed?.tokenDeltas).toContainEqual({
      account: cast.source,
      mint: usdc,
      owner: cast.buyer.address,
      delta: -12_345n,
    });
    expect(landed?.tokenDeltas).toContainEqual({
      account: cast.destination,
      mint: usdc,
      owner: cast.shop.address,
      delta: 12_345n,
    });
  });

  it('simulates a payment that the fee payer has not signed, without moving anything', async () => {
    const before = await chain.tokenBalance(cast.source);
    const wire = await payment(cast, { lifetime: await lifetime(), cosigned: false });
    expect(await chain.simulate(wire)).toMatchObject({ error: null });
    expect(await chain.tokenBalance(cast.source)).toBe(before);
  });

  it('lands the same transaction once, and says AlreadyProcessed to the second', async () => {
    const wire = await payment(cast, { lifetime: await lifetime(), amount: 7n });
    const before = await chain.tokenBalance(cast.source);
    const options = { encoding: 'base64', skipPreflight: true };
    const answers = await Promise.all([
      ask(sandbox.rpcUrl, 'sendTransaction', base64(wire), options),
      ask(sandbox.rpcUrl, 'sendTransaction', base64(wire), options),
    ]);
    expect(answers.filter((answer) => answer.error === undefined)).toHaveLength(1);
    expect(answers.find((answer) => answer.error)?.error).toMatchObject({
      code: -32002,
      data: { err: 'AlreadyProcessed' },
    });
    expect(await chain.tokenBalance(cast.source)).toBe((before ?? 0n) - 7n);
  });

  it('says AlreadyProcessed when the unsigned form of a landed payment is simulated', async () => {
    const options = { lifetime: await lifetime(), memo: 'twice' };
    await chain.send(await payment(cast, options));
    const outcome = await chain.simulate(await payment(cast, { ...options, cosigned: false }));
    expect(outcome.error).toBe('AlreadyProcessed');
  });

  it('refuses a missing signature and a wrong one', async () => {
    const options = { encoding: 'base64', skipPreflight: true };
    const unsigned = await payment(cast, { lifetime: await lifetime(), cosigned: false });
    const wrong = Uint8Array.from(await payment(cast, { lifetime: await lifetime() }));
    wrong[1 + 64] = (wrong[1 + 64] ?? 0) ^ 1;
    for (const wire of [unsigned, wrong]) {
      const sent = await ask(sandbox.rpcUrl, 'sendTransaction', base64(wire), options);
      expect(sent.error?.code).toBe(-32003);
      const tried = await ask(sandbox.rpcUrl, 'simulateTransaction', base64(wire), {
        encoding: 'base64',
        sigVerify: true,
      });
      expect(tried.error?.code).toBe(-32003);
    }
    await expect(chain.send(unsigned)).rejects.toMatchObject({ code: 'internal' });
  });

  it('lands a failed transaction with its fee when preflight is skipped, and nothing but the fee', async () => {
    const wire = await payment(cast, { lifetime: await lifetime(), amount: 10n ** 15n });
    const [sol, tokens] = [await chain.solBalance(cast.feePayer.address), await chain.tokenBalance(cast.source)];
    const signature = await chain.send(wire);
    const error = '{"InstructionError":[0,{"Custom":1}]}';
    expect(await chain.status(signature)).toEqual({ confirmed: true, error });
    expect(await chain.transaction(signature)).toMatchObject({ error, feeLamports: 10_000n, tokenDeltas: [] });
    expect(await chain.solBalance(cast.feePayer.address)).toBe(sol - 10_000n);
    expect(await chain.tokenBalance(cast.source)).toBe(tokens);
    expect((await chain.history(cast.source, null)).at(-1)).toMatchObject({ signature, failed: true });
  });

  it('refuses a failing transaction at preflight, and lands nothing', async () => {
    const wire = await payment(cast, { lifetime: await lifetime(), amount: 10n ** 15n });
    const answer = await ask(sandbox.rpcUrl, 'sendTransaction', base64(wire), { encoding: 'base64' });
    expect(answer.error).toMatchObject({ code: -32002, data: { err: { InstructionError: [0, { Custom: 1 }] } } });
    // Had it landed, this would be AlreadyProcessed.
    expect((await chain.simulate(wire)).error).toBe('{"InstructionError":[0,{"Custom":1}]}');
  });

  it('does not land what its payer cannot pay for', async () => {
    const poor = { ...cast, feePayer: await generateKeyPairSigner() };
    const wire = await payment(poor, { lifetime: await lifetime() });
    await expect(chain.send(wire)).rejects.toMatchObject({ code: 'rpc-failed' });
    expect(await chain.history(poor.feePayer.address, null)).toEqual([]);
  });

  it('pages through history by before and until', async () => {
    const owner = (await generateKeyPairSigner()).address;
    const signatures: string[] = [];
    for (let count = 0; count < 5; count += 1) signatures.push(await sandbox.airdrop(owner, 1_000_000n));
    const [oldest, , middle, , newest] = signatures;
    const page = async (options: object) => {
      const { result } = await ask(sandbox.rpcUrl, 'getSignaturesForAddress', owner, options);
      return (result as { signature: string }[]).map((entry) => entry.signature);
    };
    expect(await page({ limit: 2 })).toEqual([newest, signatures[3]]);
    expect(await page({ limit: 2, before: signatures[3] })).toEqual([middle, signatures[1]]);
    expect(await page({ until: middle })).toEqual([newest, signatures[3]]);
    expect(await page({ before: newest, until: oldest })).toEqual([signatures[3], middle, signatures[1]]);
    expect((await chain.history(owner, middle ?? null)).map((entry) => entry.signature)).toEqual(signatures.slice(3));
    const { slot } = await chain.finalized();
    expect(await chain.finalizedHistory(owner, null, slot)).toHaveLength(5);
  });

  it('does not answer a search at a slot that it has not reached', async () => {
    const answer = await ask(sandbox.rpcUrl, 'getSignaturesForAddress', cast.source, { minContextSlot: 1_000_000_000 });
    expect(answer.error?.code).toBe(-32016);
    const { slot } = await chain.finalized();
    await expect(chain.finalizedHistory(cast.source, null, slot + 1_000_000n)).rejects.toMatchObject({
      code: 'rpc-failed',
    });
  });

  it('answers null for a transaction that never was', async () => {
    const never = '1'.repeat(64);
    expect(await chain.transaction(never)).toBeNull();
    expect(await chain.status(never)).toBeNull();
  });

  it('prices a message as it then charges it', async () => {
    const wire = await payment(cast, { lifetime: await lifetime() });
    const message = base64(Uint8Array.from(getTransactionDecoder().decode(wire).messageBytes));
    const { result } = await ask(sandbox.rpcUrl, 'getFeeForMessage', message);
    expect(result).toMatchObject({ value: 10_000 });
  });

  it('reports what simulated accounts would be', async () => {
    const wire = await payment(cast, { lifetime: await lifetime(), amount: 99n });
    const now = await chain.tokenBalance(cast.destination);
    const { result } = await ask(sandbox.rpcUrl, 'simulateTransaction', base64(wire), {
      encoding: 'base64',
      accounts: { encoding: 'jsonParsed', addresses: [cast.destination] },
    });
    const amount = String((now ?? 0n) + 99n);
    expect(result).toMatchObject({
      value: { err: null, accounts: [{ data: { parsed: { info: { tokenAmount: { amount } } } } }] },
    });
  });
});

describe('the sandbox clock', () => {
  it('refuses a blockhash 151 blocks later, and takes it at 150', async () => {
    const folder = newFolder();
    // A day to a slot: only `advance` moves the clock.
    const sandbox = await openSandbox(folder.dir, 0, 86_400_000);
    const chain = await connect(sandbox);
    const cast = await newCast(sandbox);
    const lifetime = await chain.recentBlockhash();
    const start = (await chain.finalized()).height;
    expect(lifetime.lastValidBlockHeight).toBe(start + 150n);

    await sandbox.advance(150);
    expect((await chain.finalized()).height).toBe(lifetime.lastValidBlockHeight);
    await chain.send(await payment(cast, { lifetime }));

    const late = await payment(cast, { lifetime });
    await sandbox.advance(1);
    expect((await chain.simulate(late)).error).toBe('BlockhashNotFound');
    const sent = await ask(sandbox.rpcUrl, 'sendTransaction', base64(late), {
      encoding: 'base64',
      skipPreflight: true,
    });
    expect(sent.error).toMatchObject({ code: -32002, data: { err: 'BlockhashNotFound' } });
    const valid = await ask(sandbox.rpcUrl, 'isBlockhashValid', lifetime.blockhash);
    expect(valid.result).toMatchObject({ value: false });

    // A client that cannot know a blockhash yet asks for a replacement.
    const replaced = await ask(sandbox.rpcUrl, 'simulateTransaction', base64(late), {
      encoding: 'base64',
      replaceRecentBlockhash: true,
    });
    expect(replaced.result).toMatchObject({ value: { err: null, replacementBlockhash: {} } });

    await chain.stop();
    await sandbox.stop();
    folder.remove();
  });
});

describe('a stopped sandbox', () => {
  it('rejects every call, and stops once', async () => {
    const folder = newFolder();
    const sandbox = await openSandbox(folder.dir);
    const chain = await connect(sandbox);
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    await expect(sandbox.airdrop(usdc, 1n)).rejects.toMatchObject({ code: 'rpc-failed' });
    await expect(chain.finalized()).rejects.toMatchObject({ code: 'rpc-failed' });
    await chain.stop();
    folder.remove();
  });
});

describe('a machine without a LiteSVM binary', () => {
  it('is told so', async () => {
    const folder = newFolder();
    process.env['NAPI_RS_NATIVE_LIBRARY_PATH'] = '/nowhere/litesvm.node';
    await expect(openSandbox(folder.dir)).rejects.toMatchObject({ code: 'sandbox-unavailable' });
    delete process.env['NAPI_RS_NATIVE_LIBRARY_PATH'];
    await (await openSandbox(folder.dir)).stop();
    folder.remove();
  });
});
