import { z } from 'zod';
import { refusalReasons } from '../../src-shared/model/index.ts';
import type { Entry } from '../log/index.ts';
import { trustOutcomes } from './trust.ts';

const amount = z.string().regex(/^\d{1,19}$/);

/** What a decision leaves on record. Amounts are atomic units. */
const decisionData = z.object({
  action: z.string(),
  decision: z.enum(['granted', 'denied', 'deferred', 'expired']),
  reason: z.enum(refusalReasons).nullable(),
  amount,
  asset: z.string(),
  method: z.string(),
  url: z.string(),
  payee: z.string(),
  /** Hex SHA-256 of the request without its terms: what a loop repeats. */
  loop: z.string(),
  /** Micro-units. */
  trust: z.number(),
  /** Version of the policy that decided. */
  policy: z.number(),
  law: z.number(),
  approval: z.string().nullable(),
  /** The delegation whose limit would have been passed. */
  limitOf: z.string().nullable(),
  /** How many refusals the entry stands for, where they came too fast to be put on record one by one; else left out. */
  times: z.int().min(1).exactOptional(),
});
export type DecisionData = z.infer<typeof decisionData>;

/** What one step of an order leaves on record. */
const orderData = z.object({
  event: z.string(),
  state: z.string(),
  /** For the breakers: what was sent was answered well, or was not; null where it says nothing. */
  ok: z.boolean().nullable(),
  /** For trust; null where it is nobody's merit and nobody's fault. */
  trust: z.enum(trustOutcomes).nullable(),
  amount,
  origin: z.string(),
  payee: z.string(),
});
export type OrderData = z.infer<typeof orderData>;

const delegationData = z.object({ role: z.string(), perPayment: z.union([z.literal('none'), amount]) });
export type DelegationData = z.infer<typeof delegationData>;

const deniedByOwner = z.object({ event: z.literal('denied'), origin: z.string(), payee: z.string(), amount });

/** What an entry means to those who learn from the log; `other` teaches nothing. */
export type Told =
  | ({ readonly tells: 'decision' } & DecisionData)
  | ({ readonly tells: 'order' } & OrderData)
  | ({ readonly tells: 'delegation' } & DelegationData)
  | ({ readonly tells: 'owner-denied' } & z.infer<typeof deniedByOwner>)
  | { readonly tells: 'other' };

export function read({ kind, data }: Entry): Told {
  switch (kind) {
    case 'decision':
      return told('decision', decisionData.safeParse(data).data);
    case 'order':
      return told('order', orderData.safeParse(data).data);
    case 'policy':
      return told('delegation', delegationData.safeParse(data).data);
    case 'approval':
      return told('owner-denied', deniedByOwner.safeParse(data).data);
    default:
      return { tells: 'other' };
  }
}

function told<T extends string, D extends object>(
  tells: T,
  data: D | undefined,
): ({ tells: T } & D) | { tells: 'other' } {
  return data === undefined ? { tells: 'other' } : { tells, ...data };
}
