import type Database from 'better-sqlite3';
import { firstCorridor } from './0001-first-corridor.ts';
import { tamperEvidentLog } from './0002-log.ts';
import { policyBook } from './0003-policy-book.ts';
import { authority } from './0004-authority.ts';
import { spending } from './0005-spending.ts';
import { till } from './0006-till.ts';

/** Runs within the one transaction that brings a file up to date. */
export type Migration = string | ((db: Database.Database) => void);

/** In order; a number is never reused. `PRAGMA user_version` says how many of them a file has. */
export const migrations: readonly Migration[] = [
  firstCorridor,
  tamperEvidentLog,
  policyBook,
  authority,
  spending,
  till,
];
