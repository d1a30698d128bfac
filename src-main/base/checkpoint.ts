/**
 * The named points between which a crash must lose nothing (promise P4). Tests wire a `CheckpointReached` that kills the
 * process at one of them; the shipped composition passes `noCheckpoints`.
 */
export const checkpoints = [
  'reserved',
  'signed',
  'submitting',
  'broadcast',
  'paid-request-sent',
  'answer-head',
  'delivering',
  'answer-delivered',
  'seller-claimed',
  'seller-verified',
  'seller-cosigned',
  'seller-sending',
  'seller-sent',
  'seller-confirmed',
  'seller-settled',
  'seller-kept',
  'seller-delivered',
  'refund-built',
  'refund-signed',
  'refund-sent',
  'refund-landed',
  'purchase-begun',
  'purchase-claimed',
  'purchase-kept',
  'landed',
  'statement-recorded',
  'released',
] as const;

export type Checkpoint = (typeof checkpoints)[number];

export type CheckpointReached = (point: Checkpoint) => void;

export const noCheckpoints: CheckpointReached = () => undefined;
