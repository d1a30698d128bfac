import { GroatError } from '../../src-shared/errors/index.ts';

/** Closes a switch over a union: a new member is a type error here. */
export function assertNever(value: never): never {
  throw new GroatError('internal', { problem: `unexpected value ${JSON.stringify(value)}` });
}

/** States what must be true by construction; a breach is a bug in Groat, never an outcome. */
export function invariant(condition: unknown, problem: string): asserts condition {
  if (!condition) throw new GroatError('internal', { problem });
}
