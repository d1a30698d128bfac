import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { HardCeilings, Network, NetworkName } from '../../src-shared/model/index.ts';
import type { BookState } from './book-port.ts';
import { defaultLaw, type Law, lawSchema } from './law/index.ts';
import { type Role, roleSchema, rolesByName } from './roles.ts';
import { cap, countCap, type Delegation, delegationSchema, desk } from './terms.ts';

const ceilingsSchema = z.strictObject({ perPayment: cap, perDay: cap, perMinuteCount: countCap });

const pauseSchema = z.strictObject({ at: z.number().int().min(0), by: z.string().max(64) });

const approverSchema = z.strictObject({
  /** Ed25519, base64 of 32 bytes. */
  key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
});

/** Settings that loosen, as the owner last accepted them: a file or the environment may narrow them, never widen. */
const settingsSchema = z.strictObject({ httpOrigins: z.array(z.string()), rpcUrls: z.array(z.string()) });
export type SealedSettings = z.output<typeof settingsSchema>;

/** Every rule in force, as one immutable value. */
export interface Policy {
  readonly version: number;
  readonly delegations: ReadonlyMap<string, Delegation>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly law: Law;
  readonly ceilings: HardCeilings | null;
  readonly pausedAll: boolean;
  readonly pausedAgents: ReadonlySet<string>;
  readonly hasPin: boolean;
  /** Public keys by name. */
  readonly approvers: ReadonlyMap<string, string>;
  /** Null before the first start that sealed any. */
  readonly settings: SealedSettings | null;
}

export type ReadPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  /** Reads on from "Nothing is paid now:". */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Where each rule stands in the book. */
export const bookKey = {
  delegation: (subject: string) => `delegation/${subject}`,
  role: (name: string) => `role/${name}`,
  law: 'law',
  ceilings: 'ceilings',
  pauseAll: 'pause/@all',
  pause: (agent: string) => `pause/${agent}`,
  pin: 'pin',
  approver: (name: string) => `approver/${name}`,
  settings: 'settings',
} as const;

/**
 * Reads the sealed rows. One row that cannot be read, is of an unknown kind or has a field too many, and nothing is granted
 * by any of them: there is no half of a policy.
 */
export function readPolicy(state: BookState, network: Network): ReadPolicy {
  if (state.kind === 'altered')
    return unreadable(`the policy ${state.why}${state.key === null ? '' : ` (${state.key})`}`);
  if (state.kind === 'empty') return unreadable('there is no policy');
  const delegations = new Map<string, Delegation>();
  const ownRoles: Role[] = [];
  const approvers = new Map<string, string>();
  const pausedAgents = new Set<string>();
  let law: Law = defaultLaw;
  let ceilings = network.ceilings;
  let pausedAll = false;
  let hasPin = false;
  let settings: SealedSettings | null = null;
  for (const [key, text] of state.rows) {
    try {
      const value: unknown = JSON.parse(text);
      const [kind, name = ''] = key.split(/\/(.*)/s);
      if (key === bookKey.law) law = lawSchema.parse(value);
      else if (key === bookKey.ceilings) ceilings = bounded(ceilingsSchema.parse(value), network.name);
      else if (key === bookKey.pin) hasPin = true;
      else if (key === bookKey.settings) settings = settingsSchema.parse(value);
      else if (key === bookKey.pauseAll) pausedAll = pauseSchema.parse(value).at >= 0;
      else if (kind === 'pause') pausedAgents.add(pauseSchema.parse(value) && name);
      else if (kind === 'role') ownRoles.push(roleSchema.parse(value));
      else if (kind === 'approver') approvers.set(name, publicKey(approverSchema.parse(value).key));
      else if (kind === 'delegation') {
        const delegation = delegationSchema.parse(value);
        if (delegation.subject !== name) return unreadable(`the policy row ${key} is another one's`);
        delegations.set(name, delegation);
      } else return unreadable(`the policy has a row that this Groat does not know (${key})`);
    } catch {
      return unreadable(`the policy row ${key} cannot be read`);
    }
  }
  const root = delegations.get(desk);
  if (root === undefined || root.parent !== null) return unreadable('the desk has no limits');
  const { version } = state;
  return {
    kind: 'policy',
    policy: {
      version,
      delegations,
      roles: rolesByName(ownRoles),
      law,
      ceilings,
      pausedAll,
      pausedAgents,
      hasPin,
      approvers,
      settings,
    },
  };
}

/** A ceiling that says "none" is no ceiling; that is for the sandbox alone. */
function bounded(
  { perPayment, perDay, perMinuteCount }: z.output<typeof ceilingsSchema>,
  network: NetworkName,
): HardCeilings {
  if (perPayment === null || perDay === null || perMinuteCount === null)
    throw new RangeError(`${network} has hard ceilings`);
  return { perPayment, perDay, perMinuteCount };
}

function publicKey(base64: string): string {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(base64, 'base64')]);
  createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return base64;
}

const unreadable = (why: string): ReadPolicy => ({ kind: 'unreadable', why });
