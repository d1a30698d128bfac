import { type KeyObject, sign } from 'node:crypto';
import type { ApprovalView } from '../../src-shared/contract/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { attestedMessage } from '../host/index.ts';

/** An approver's signed yes to this request and no other, as the contract's `approvals.attest` takes it. */
export interface SignedYes {
  readonly by: string;
  readonly at: number;
  /** Base64 of 16 random bytes. */
  readonly nonce: string;
  /** Base64 of 64 bytes, Ed25519. */
  readonly signature: string;
}

export function attest(
  { id, requestHash }: Pick<ApprovalView, 'id' | 'requestHash'>,
  by: string,
  key: KeyObject,
  clock: Clock,
  random: Random,
): SignedYes {
  const said = { by, at: clock.now(), nonce: Buffer.from(random(16)).toString('base64') };
  const message = attestedMessage({ id, requestHash }, said);
  return { ...said, signature: sign(null, Buffer.from(message), key).toString('base64') };
}
