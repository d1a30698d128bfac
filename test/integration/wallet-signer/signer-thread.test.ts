import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { getAddressDecoder } from '@solana/kit';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { unseal } from '../../../src-main/wallet/keys/seal.ts';
import { checkSettlement } from '../../../src-main/wallet/signer/index.ts';
import type { Reply, Task } from '../../../src-main/wallet/signer/messages.ts';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import type { PaymentFacts, Signer, WalletAddresses } from '../../../src-main/wallet/signer/signer.ts';
import { startSignerThread } from '../../../src-main/wallet/signer/signer-thread.ts';
import { everythingSaid, formsOfSecret } from '../../support/secret-forms.ts';
import { anAddress } from '../../support/x402-payment.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const factsFor = ({ till, feePayer }: WalletAddresses): PaymentFacts => ({
  mint: anAddress(),
  tokenProgram: programs.token,
  decimals: 6,
  amount: 10_000n,
  payTo: till,
  feePayer,
  blockhash: anAddress(),
  memo: null,
});
const requirementFor = ({ amount, mint, payTo, feePayer, memo }: PaymentFacts) => ({
  amount,
  asset: mint,
  payTo,
  feePayer,
  memo,
});

async function aSigner(): Promise<Signer> {
  const thread = startSignerThread(silentLog);
  stops.push(thread.stop);
  const outcome = await thread.ask({ op: 'generate', network: 'sandbox', key: new Uint8Array(randomBytes(32)) });
  if (outcome.kind !== 'generated') throw new Error(outcome.kind);
  return thread.signer(outcome);
}

test('signs and cosigns in its thread, many at once, each answer to its own call', async () => {
  const signer = await aSigner();
  const all = Array.from({ length: 50 }, (_, i) => ({ ...factsFor(signer.addresses), amount: BigInt(i + 1) }));
  const cosigned = await Promise.all(
    all.map(async (facts) => {
      const { wire } = await signer.signPayment(facts);
      expect(checkSettlement(wire, requirementFor(facts))).toMatchObject({ kind: 'valid', amount: facts.amount });
      return signer.cosignSettlement(wire, requirementFor(facts));
    }),
  );
  expect(cosigned.map(({ kind }) => kind)).toEqual(all.map(() => 'cosigned'));
});

test('a payment that breaks a rule throws signer-refused with the rule, and the next one is signed', async () => {
  const signer = await aSigner();
  const facts = factsFor(signer.addresses);
  await expect(signer.signPayment({ ...facts, payTo: signer.addresses.spender })).rejects.toMatchObject({
    code: 'signer-refused',
    context: { rule: 'the payee is the wallet itself' },
  });
  await expect(signer.signPayment(facts)).resolves.toHaveProperty('ownSignature');
});

test('the sealing key is moved into the thread: nothing of it stays behind', async () => {
  const thread = startSignerThread(silentLog);
  stops.push(thread.stop);
  const key = new Uint8Array(randomBytes(32));
  const opened = thread.ask({ op: 'generate', network: 'sandbox', key });
  expect(key.byteLength).toBe(0);
  await opened;
});

test('when it is stopped, calls under way and all later ones end with signer-stopped', async () => {
  const signer = await aSigner();
  const underWay = signer.signPayment(factsFor(signer.addresses));
  const outcome = expect(underWay).rejects.toMatchObject({ code: 'signer-stopped' });
  await signer.stop();
  await outcome;
  const later = signer.cosignSettlement(new Uint8Array(9), requirementFor(factsFor(signer.addresses)));
  await expect(later).rejects.toMatchObject({ code: 'signer-stopped' });
  await signer.stop();
});

test('when its thread dies, calls under way and all later ones end with signer-stopped', async () => {
  const started = once(process, 'worker');
  const signer = await aSigner();
  const [worker]: Worker[] = await started;
  const underWay = signer.signPayment(factsFor(signer.addresses));
  const outcome = expect(underWay).rejects.toMatchObject({ code: 'signer-stopped' });
  await worker?.terminate();
  await outcome;
  await expect(signer.signPayment(factsFor(signer.addresses))).rejects.toMatchObject({
    code: 'signer-stopped',
    context: { problem: 'its thread ended with code 1' },
  });
});

test('the spender’s key is moved out of the thread for the owner, and what comes after does not hold it', async () => {
  const signer = await aSigner();
  const keypair = await signer.exportSpender();
  expect(keypair).toHaveLength(64);
  expect(getAddressDecoder().decode(keypair.subarray(32))).toBe(signer.addresses.spender);
  const said = everythingSaid([await signer.signPayment(factsFor(signer.addresses)), signer]);
  for (const form of formsOfSecret(keypair.subarray(0, 32))) expect(said).not.toContain(form);
  await signer.stop();
  await expect(signer.exportSpender()).rejects.toMatchObject({ code: 'signer-stopped' });
});

test('nothing that the thread posts, prints or was given in its environment holds a secret', async () => {
  const sealingKey = randomBytes(32);
  const worker = new Worker(new URL('../../../src-main/wallet/signer/signer-worker.ts', import.meta.url), {
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  stops.push(() => worker.terminate());
  const said: unknown[] = [];
  worker.on('message', (message) => said.push(message));
  worker.stdout.on('data', (chunk) => said.push(String(chunk)));
  worker.stderr.on('data', (chunk) => said.push(String(chunk)));
  let id = 0;
  const ask = async (task: Task | null): Promise<Reply['outcome']> => {
    const answered = once(worker, 'message');
    id += 1;
    worker.postMessage({ id, task });
    const [reply]: Reply[] = await answered;
    if (reply?.id !== id) throw new Error('another answer came');
    return reply.outcome;
  };

  const generated = await ask({ op: 'generate', network: 'sandbox', key: new Uint8Array(sealingKey) });
  if (generated.kind !== 'generated') throw new Error(generated.kind);
  const facts = factsFor(generated.addresses);
  const signed = await ask({ op: 'sign-payment', facts });
  if (signed.kind !== 'signed') throw new Error(signed.kind);
  await ask({ op: 'sign-payment', facts: { ...facts, amount: 0n } });
  await ask({ op: 'cosign-settlement', wire: signed.transfer.wire, requirement: requirementFor(facts) });
  await ask({ op: 'cosign-settlement', wire: new Uint8Array(3), requirement: requirementFor(facts) });
  await ask({ op: 'open', network: 'sandbox', key: new Uint8Array(sealingKey), blobs: generated.blobs });
  await ask(null);

  const text = everythingSaid(said);
  expect(said).toHaveLength(7);
  expect(text).toContain(generated.addresses.spender);
  const seeds = generated.blobs.map(({ role, address, sealed }) => {
    const seed = unseal(sealed, sealingKey, { network: 'sandbox', role, address });
    if (seed === null) throw new Error(`the ${role} key does not open`);
    return seed;
  });
  for (const secret of [...seeds, sealingKey]) {
    for (const form of formsOfSecret(secret)) expect(text).not.toContain(form);
  }
});
