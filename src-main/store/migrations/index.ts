import { firstCorridor } from './0001-first-corridor.ts';

/** In order; a number is never reused. `PRAGMA user_version` says how many of them a file has. */
export const migrations: readonly string[] = [firstCorridor];
