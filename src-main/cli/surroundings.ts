import { join } from 'node:path';
import { noCheckpoints } from '../base/checkpoint.ts';
import { systemClock } from '../base/clock.ts';
import { createFileLog, type LogLevel } from '../base/file-log.ts';
import { systemRandom } from '../base/random.ts';
import { type Config, type Surroundings, systemKeychain } from '../host/index.ts';
import { terminalPrompt } from './passphrase-prompt.ts';

export const logFile = (home: string) => join(home, 'logs', 'groat.log');

/** The real world: system clock and randomness, the log file, the terminal. `stderr` is what is said there besides. */
export function realSurroundings(config: Config, stderr: LogLevel | false): Surroundings {
  return {
    clock: systemClock,
    random: systemRandom,
    log: createFileLog({ file: logFile(config.home), level: config.logLevel, stderr }),
    env: process.env,
    keychain: systemKeychain(),
    passphrasePrompt: terminalPrompt(),
    reached: noCheckpoints,
    slotMs: 400,
  };
}
