import { join } from 'node:path';
import { noCheckpoints } from '../base/checkpoint.ts';
import { systemClock } from '../base/clock.ts';
import { createFileLog, type LogLevel } from '../base/file-log.ts';
import { systemRandom } from '../base/random.ts';
import { type PassphrasePrompt, systemKeychain } from '../wallet/index.ts';
import type { Config } from './config.ts';
import type { Surroundings } from './surroundings.ts';

export const logFile = (home: string): string => join(home, 'logs', 'groat.log');

/** The real world: system clock and randomness, the log file, and whoever can be asked. `stderr` is what is said there besides. */
export function systemSurroundings(
  config: Config,
  {
    stderr,
    passphrasePrompt,
  }: { readonly stderr: LogLevel | false; readonly passphrasePrompt: PassphrasePrompt | null },
): Surroundings {
  return {
    clock: systemClock,
    random: systemRandom,
    log: createFileLog({ file: logFile(config.home), level: config.logLevel, stderr }),
    env: process.env,
    keychain: systemKeychain(),
    passphrasePrompt,
    reached: noCheckpoints,
    slotMs: 400,
  };
}
