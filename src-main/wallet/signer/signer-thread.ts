import { GroatError } from '../../../src-shared/errors/index.ts';
import type { LogSink } from '../../base/log-sink.ts';
import { startThread } from '../../base/thread.ts';
import type { Outcome, Reply, Request, Task } from './messages.ts';
import type { Signer, WalletFace } from './signer.ts';

/** The thread that will hold the keys, before it has any. Exactly one of the two openings succeeds, once. */
export interface SignerThread {
  ask(task: Task): Promise<Outcome>;
  /** What the rest of Groat gets, once the thread has opened or generated the keys of this wallet. */
  signer(wallet: WalletFace): Signer;
  stop(): Promise<void>;
}

/** Starts the thread. It gets no environment and no way to ask for anything. */
export function startSignerThread(log: LogSink): SignerThread {
  const worker = startThread(new URL('./signer-worker.ts', import.meta.url), {
    name: 'groat-signer',
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
  });
  const pending = new Map<number, { resolve(outcome: Outcome): void; reject(error: GroatError): void }>();
  let lastId = 0;
  let stopped: GroatError | null = null;

  const end = (problem: string) => {
    if (stopped !== null) return;
    stopped = new GroatError('signer-stopped', { problem });
    for (const { reject } of pending.values()) reject(stopped);
    pending.clear();
  };
  worker.on('message', ({ id, outcome }: Reply) => {
    pending.get(id)?.resolve(outcome);
    pending.delete(id);
  });
  const fail = (problem: string) => {
    if (stopped === null) log.error('signer stopped', { problem });
    end(problem);
  };
  worker.on('messageerror', () => fail('its thread sent what cannot be read'));
  // The error stays unread: what it says comes from beside the keys.
  worker.on('error', () => fail('its thread broke'));
  worker.on('exit', (code) => fail(`its thread ended with code ${code}`));

  const ask = (task: Task): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (stopped !== null) return reject(stopped);
      lastId += 1;
      const request: Request = { id: lastId, task };
      worker.postMessage(request, 'key' in task ? [task.key.buffer] : []);
      pending.set(lastId, { resolve, reject });
    });
  const stop = async () => {
    end('it was asked to');
    await worker.terminate();
  };
  const signer = ({ addresses, logKey }: WalletFace): Signer => ({
    addresses,
    logKey,
    signPayment: async (facts) => {
      const outcome = await ask({ op: 'sign-payment', facts });
      if (outcome.kind === 'signed') return outcome.transfer;
      throw refusal(outcome);
    },
    signOwnTransfer: async (from, facts) => {
      const outcome = await ask({ op: 'sign-own-transfer', from, facts });
      if (outcome.kind === 'signed-to-send') return outcome.transfer;
      throw refusal(outcome);
    },
    cosignSettlement: async (wire, requirement) => {
      const outcome = await ask({ op: 'cosign-settlement', wire, requirement });
      if (outcome.kind === 'settlement') return outcome.cosigned;
      throw refusal(outcome);
    },
    signLogHead: async (facts) => {
      const outcome = await ask({ op: 'sign-log-head', facts });
      if (outcome.kind === 'head-signed') return outcome.signature;
      throw refusal(outcome);
    },
    exportSpender: async () => {
      const outcome = await ask({ op: 'export-spender' });
      if (outcome.kind === 'exported') return outcome.keypair;
      throw refusal(outcome);
    },
    stop,
  });
  return { ask, signer, stop };
}

/** What the thread refused, as the error its caller gets. */
export function refusal(outcome: Outcome): GroatError {
  const rule = outcome.kind === 'refused' ? outcome.rule : `an answer of another kind came (${outcome.kind})`;
  return new GroatError('signer-refused', { rule });
}
