import { z } from 'zod';
import { type Atomic, actionNames, parseDecimal } from '../../src-shared/model/index.ts';
import { cap } from './terms.ts';
import { wholeTrust } from './trust.ts';

/** A named part that a delegation lets an agent play. It only narrows what the delegation permits. */
export const roleSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/),
  actions: z
    .array(z.enum(actionNames))
    .min(1)
    .max(actionNames.length)
    .refine((names) => new Set(names).size === names.length, { message: 'an action stands there twice' })
    .readonly(),
  /** The most for one action that spends. */
  maxPerAction: cap,
  /** Below the threshold (0 to 1 000 000) every action waits for a person, or is refused. */
  trust: z.strictObject({ threshold: z.int().min(0).max(wholeTrust), below: z.enum(['defer', 'deny']) }),
});
export type Role = Readonly<z.output<typeof roleSchema>>;

/** What a new agent is. */
export const defaultRole = 'spender';

const dollars = (text: string): Atomic => parseDecimal(text, 6);

/** All are open to an agent that nobody knows yet (0.5): a first payment needs no merit, only no record against it. */
export const builtInRoles: readonly Role[] = [
  {
    name: 'reader',
    actions: ['sign-request', 'solve-challenge'],
    maxPerAction: dollars('0'),
    trust: { threshold: 200_000, below: 'deny' },
  },
  {
    name: 'researcher',
    actions: ['pay', 'use-prepaid', 'use-secret', 'sign-request', 'solve-challenge', 'delegate'],
    maxPerAction: dollars('1'),
    trust: { threshold: 400_000, below: 'defer' },
  },
  {
    name: 'spender',
    actions: ['pay', 'buy-prepaid', 'use-prepaid', 'use-secret', 'sign-request', 'solve-challenge', 'delegate'],
    maxPerAction: dollars('50'),
    trust: { threshold: 400_000, below: 'defer' },
  },
  {
    name: 'seller',
    actions: ['pay', 'use-prepaid', 'sign-request', 'solve-challenge'],
    maxPerAction: dollars('0.1'),
    trust: { threshold: 400_000, below: 'deny' },
  },
];

/** An owner's role takes the place of a built-in one of the same name. */
export function rolesByName(own: readonly Role[]): ReadonlyMap<string, Role> {
  return new Map([...builtInRoles, ...own].map((role) => [role.name, role]));
}
