import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import type { PolicyBook } from '../../src-main/policy/book-port.ts';
import { type Connection, openConnection } from '../../src-main/store/connection.ts';
import { createPolicyBook } from '../../src-main/store/policy-book.ts';

export const bookKey = createSecretKey(Buffer.alloc(32, 7));

export interface SealedBook {
  readonly file: string;
  readonly connection: Connection;
  readonly book: PolicyBook;
  close(): void;
}

/** A policy book in a database of its own; closed when the test ends. */
export function openSealedBook(
  file = freshBookFile(),
  key = bookKey,
  network: 'sandbox' | 'devnet' = 'sandbox',
): SealedBook {
  const connection = openConnection(file, network, systemClock);
  const close = () => {
    if (connection.db.open) connection.close();
  };
  onTestFinished(close);
  return { file, connection, book: createPolicyBook(connection, network, key), close };
}

function freshBookFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groat-book-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'groat.db');
}
