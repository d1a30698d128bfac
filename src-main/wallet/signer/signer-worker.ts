import { parentPort } from 'node:worker_threads';
import { systemRandom } from '../../base/random.ts';
import { field, type Outcome, type Reply } from './messages.ts';
import { createSignerCore } from './signer-core.ts';

/** The signer's thread: one message in, one answer out, nothing else. It never logs. */
const core = createSignerCore(systemRandom);

function answer(task: unknown): Outcome {
  try {
    return core(task);
  } catch {
    // What went wrong stays here: an error made beside the keys is not shown to anybody.
    return { kind: 'refused', rule: 'the signer met a failure of its own' };
  }
}

parentPort?.on('message', (request: unknown) => {
  const id = field(request, 'id');
  if (typeof id !== 'number') return;
  const outcome = answer(field(request, 'task'));
  const reply: Reply = { id, outcome };
  parentPort?.postMessage(reply, outcome.kind === 'exported' ? [outcome.keypair.buffer] : []);
});
