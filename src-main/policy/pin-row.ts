import { GroatError } from '../../src-shared/errors/index.ts';
import type { BookWritten, PolicyBook } from './book-port.ts';
import type { PinEvent, PinRow } from './owner-pin.ts';

const key = 'pin';

/**
 * The PIN's row, kept in the policy book: the seal covers it like any other rule. `record` puts each write on record, in
 * the transaction that makes it.
 */
export function createPinRow(book: PolicyBook, record: (event: PinEvent, written: BookWritten) => void): PinRow {
  return {
    read() {
      const state = book.load();
      if (state.kind === 'altered') throw new GroatError('policy-altered', { key: state.key, why: state.why });
      return state.kind === 'empty' ? null : (state.rows.get(key) ?? null);
    },
    async write(value, event) {
      await book.change([{ key, value }], (written) => record(event, written));
    },
  };
}
