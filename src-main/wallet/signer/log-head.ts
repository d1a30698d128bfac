import type { NetworkName } from '../../../src-shared/model/index.ts';
import { field } from './messages.ts';

export interface LogHead {
  readonly kind: 'compiled';
  readonly count: number;
  readonly hash: string;
  readonly message: Uint8Array;
}

/**
 * What the log key signs for a head: canonical JSON that begins as no other message does. `input` is a `LogHeadFacts`
 * that nobody has checked. The log only grows: a head that has fewer entries than `last`, or as many and others, is
 * refused, whoever asks.
 */
export function compileLogHead(
  input: unknown,
  network: NetworkName,
  last: LogHead | null,
): LogHead | { readonly kind: 'refused'; readonly rule: string } {
  const [count, hash, at] = ['count', 'hash', 'at'].map((name) => field(input, name));
  if (field(input, 'network') !== network) return refuse('the head belongs to another network');
  if (!isWhole(count) || !isWhole(at)) return refuse('count and time are whole numbers');
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return refuse('the hash is 32 bytes in hex');
  if (typeof input !== 'object' || input === null || Object.keys(input).length !== 4) {
    return refuse('the head says more than a head');
  }
  if (last !== null && (count < last.count || (count === last.count && hash !== last.hash))) {
    return refuse('the head takes back one that was signed');
  }
  // Canonical by hand (keys sorted, no text that needs an escape): the log room's own code has no place beside the keys.
  const text = `{"at":${at},"count":${count},"groat":"log head v1","hash":"${hash}","network":"${network}"}`;
  return { kind: 'compiled', count, hash, message: Buffer.from(text) };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

function refuse(rule: string): { readonly kind: 'refused'; readonly rule: string } {
  return { kind: 'refused', rule };
}
