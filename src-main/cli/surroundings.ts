import type { LogLevel } from '../base/file-log.ts';
import { type Config, type Surroundings, systemSurroundings } from '../host/index.ts';
import { terminalPrompt } from './passphrase-prompt.ts';

export { logFile } from '../host/index.ts';

/** The real world, with the terminal to ask at. `stderr` is what is said there besides the log file. */
export function realSurroundings(config: Config, stderr: LogLevel | false): Surroundings {
  return systemSurroundings(config, { stderr, passphrasePrompt: terminalPrompt() });
}
