import { GroatError } from '../../src-shared/errors/index.ts';
import type { Owner, PinVerdict } from '../policy/index.ts';

/**
 * Proves that a caller is the owner. Every door, also the one inside this process, asks it with each call.
 * Throws `pin-missing`, `pin-wrong` or `pin-locked`, each of which says what is left; then nothing else may be done.
 * The PIN is zeroed.
 */
export type OwnerDoor = (pin: Buffer) => Promise<void>;

export function createOwnerDoor(owner: Pick<Owner, 'verify'>): OwnerDoor {
  return async (pin) => {
    const verdict = await owner.verify(pin);
    if (verdict !== 'right') throw refusal(verdict);
  };
}

/**
 * Sets the PIN. Throws `pin-weak`; where there is one, `owner-required` without it, and what the door throws for a wrong
 * one.
 */
export async function setOwnerPin(
  owner: Pick<Owner, 'setPin'>,
  pin: string,
  currentPin: string | undefined,
): Promise<void> {
  const current = currentPin === undefined ? null : Buffer.from(currentPin);
  const outcome = await owner.setPin(Buffer.from(pin), current);
  if (outcome === 'set') return;
  if (outcome === 'current-needed') throw new GroatError('owner-required', { action: 'replacing the PIN' });
  throw refusal(outcome);
}

function refusal(verdict: Exclude<PinVerdict, 'right'>): GroatError {
  if (verdict === 'none') return new GroatError('pin-missing', {});
  if (verdict.kind === 'wrong') return new GroatError('pin-wrong', { triesLeft: verdict.triesLeft });
  return new GroatError('pin-locked', { until: verdict.until });
}
