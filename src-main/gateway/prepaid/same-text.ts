import { timingSafeEqual } from 'node:crypto';

/** Compares what somebody presents with what it has to be, in a time that does not tell how much of it is right. */
export function sameText(presented: string, wanted: string): boolean {
  if (presented.length !== wanted.length) return false;
  const [given, right] = [Buffer.from(presented), Buffer.from(wanted)];
  // Of the same length as text, and longer as bytes: something beside ASCII.
  return given.length === right.length && timingSafeEqual(given, right);
}
