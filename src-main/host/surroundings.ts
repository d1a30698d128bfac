import type { CheckpointReached } from '../base/checkpoint.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { Keychain, PassphrasePrompt } from '../wallet/index.ts';

/** What the world outside gives a host; tests give another one. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly env: NodeJS.ProcessEnv;
  readonly keychain: Keychain;
  /** Null where nobody can be asked. */
  readonly passphrasePrompt: PassphrasePrompt | null;
  readonly reached: CheckpointReached;
  /** The sandbox's slot time. */
  readonly slotMs: number;
}
