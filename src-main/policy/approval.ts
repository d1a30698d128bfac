import { hash } from 'node:crypto';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import {
  type Atomic,
  actionNames,
  maxAtomic,
  type RefusalReason,
  refusalReasons,
  toAtomic,
} from '../../src-shared/model/index.ts';
import type { ActionRequest } from './request.ts';

const minuteMs = 60_000;

/** How long each thing lasts. */
export const approvalTimes = {
  /** For the owner to answer. */
  waitingMs: 60 * minuteMs,
  /** For the agent to come back, once approved. */
  grantMs: 10 * minuteMs,
  payeeDayMs: 24 * 60 * minuteMs,
  /** So long an agent that insists hears the same no. */
  memoryMs: 10 * minuteMs,
} as const;

/** Prompts that one agent may have open, and that it may have raised within the memory: for one payee, and for all. */
export const promptLimits = { waitingPerPayee: 3, waitingPerAgent: 10, raisedPerAgent: 20 } as const;

const atomic = z.codec(
  z.string().regex(/^(0|[1-9]\d{0,17})$/),
  z.custom<Atomic>((value) => typeof value === 'bigint' && value >= 0n && value <= maxAtomic),
  { decode: (text) => toAtomic(BigInt(text)), encode: (value) => value.toString() },
);
const time = z.number().int().min(0);

/** A person's yes to one request: the owner's by PIN, or a registered approver's by signature. */
export const witness = z.strictObject({ by: z.string().max(64), at: time, signature: z.string().max(128).nullable() });

/** What an approval has become. `until` is when that is over: the waiting, the grant, or the memory of a no. */
const life = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('waiting'), until: time }),
  z.strictObject({
    state: z.literal('approved'),
    at: time,
    /** Once: this very request. Payee-day: whatever this agent pays this payee. Both up to `upTo`. */
    scope: z.enum(['once', 'payee-day']),
    upTo: atomic,
    until: time,
  }),
  z.strictObject({ state: z.literal('denied'), at: time, blockPayee: z.boolean(), until: time }),
  z.strictObject({ state: z.literal('expired'), at: time, until: time }),
  /** The same request was granted otherwise; there is nothing left to approve. */
  z.strictObject({ state: z.literal('overtaken'), at: time, until: time }),
]);

/** A request that waits for a person, with everything needed to judge it. */
export const approvalSchema = z.strictObject({
  id: z.string(),
  action: z.enum(actionNames),
  agent: z.string(),
  method: z.string(),
  origin: z.string(),
  /** Without the query string. */
  url: z.string(),
  payee: z.string(),
  network: z.string(),
  asset: z.string(),
  amount: atomic,
  dialect: z.string(),
  reason: z.enum(refusalReasons),
  detail: z.string(),
  /** Hex SHA-256 of the request and its terms: what a witness signs. */
  requestHash: z.string(),
  /** Distinct persons that must say yes. */
  needed: z.number().int().min(1),
  witnesses: z.array(witness),
  createdAt: time,
  life,
});

export type Approval = z.output<typeof approvalSchema>;
export type ApprovalLife = Approval['life'];

export type ApprovalEvent =
  /** One more person says yes; the last one needed makes it a grant. */
  | {
      readonly kind: 'witnessed';
      readonly by: string;
      readonly signature: string | null;
      readonly scope: 'once' | 'payee-day';
      readonly upTo: Atomic | null;
    }
  | { readonly kind: 'denied'; readonly blockPayee: boolean }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'elapsed' };

/** The one place where an approval changes. Throws `approval-closed` for an answer to what is no longer asked. */
export function transition(approval: Approval, event: ApprovalEvent, now: number): Approval {
  const { life: before } = approval;
  if (before.state === 'waiting' && event.kind === 'elapsed')
    return now < before.until
      ? approval
      : { ...approval, life: { state: 'expired', at: now, until: now + approvalTimes.memoryMs } };
  if (before.state !== 'waiting' || now >= before.until) {
    if (event.kind === 'elapsed' || event.kind === 'overtaken') return approval;
    throw new GroatError('approval-closed', {
      approval: approval.id,
      state: before.state === 'waiting' ? 'expired' : before.state,
    });
  }
  switch (event.kind) {
    case 'elapsed':
      return approval;
    case 'overtaken':
      return { ...approval, life: { state: 'overtaken', at: now, until: now } };
    case 'denied':
      return {
        ...approval,
        life: { state: 'denied', at: now, blockPayee: event.blockPayee, until: now + approvalTimes.memoryMs },
      };
    case 'witnessed':
      return witnessed(approval, event, now);
  }
}

function witnessed(approval: Approval, event: Extract<ApprovalEvent, { kind: 'witnessed' }>, now: number): Approval {
  const { by, signature, scope, upTo } = event;
  const others = approval.witnesses.filter((one) => one.by !== by);
  const witnesses = [...others, { by, at: now, signature }];
  if (witnesses.length < approval.needed) return { ...approval, witnesses };
  const lasts = scope === 'once' ? approvalTimes.grantMs : approvalTimes.payeeDayMs;
  return {
    ...approval,
    witnesses,
    life: { state: 'approved', at: now, scope, upTo: upTo ?? approval.amount, until: now + lasts },
  };
}

/** An approval with what has been spent on it: orders granted by it that were not released. */
export interface UsedApproval {
  readonly approval: Approval;
  readonly usedCount: number;
  readonly usedSum: bigint;
}

/** A question whose time ran out is an expired one, also before anybody has written that down. */
export const rememberedUntil = ({ state, until }: ApprovalLife): number =>
  state === 'waiting' ? until + approvalTimes.memoryMs : until;

/** What earlier questions say to a request that would have to ask. */
export type Precedent =
  | { readonly kind: 'grant'; readonly id: string }
  | { readonly kind: 'waiting'; readonly id: string }
  | { readonly kind: 'denied' | 'expired'; readonly id: string }
  | { readonly kind: 'none' };

/**
 * A grant is for the same agent, action, method, origin, URL and payee up to its sum and once; one for a payee is for
 * whatever this agent pays it until its sum is used up. Grants come first, then what is being asked, then what was refused.
 */
export function precedent(
  request: ActionRequest,
  asked: readonly UsedApproval[],
  now: number,
  /** How many persons the law wants for this request; 0 where it is not the law that asks. */
  needed: number,
): Precedent {
  const live = asked.filter(({ approval }) => now < rememberedUntil(approval.life) && approval.agent === request.agent);
  const grant = live.find((used) => grants(used, request, needed));
  if (grant !== undefined) return { kind: 'grant', id: grant.approval.id };
  const same = live.filter(({ approval }) => sameRequest(approval, request)).map(({ approval }) => approval);
  const waiting = same.find(({ life, amount }) => isAsked(life, now) && request.amount <= amount);
  if (waiting !== undefined) return { kind: 'waiting', id: waiting.id };
  const final = same.find(({ life }) => life.state === 'denied' || life.state === 'expired' || hasElapsed(life, now));
  if (final !== undefined) return { kind: final.life.state === 'denied' ? 'denied' : 'expired', id: final.id };
  return { kind: 'none' };
}

const isAsked = ({ state, until }: ApprovalLife, now: number) => state === 'waiting' && now < until;
const hasElapsed = ({ state, until }: ApprovalLife, now: number) => state === 'waiting' && now >= until;

function grants({ approval, usedCount, usedSum }: UsedApproval, request: ActionRequest, needed: number): boolean {
  const { life: granted, witnesses } = approval;
  if (granted.state !== 'approved' || witnesses.length < needed) return false;
  // Who signs, signs for one request to the letter.
  const signed = witnesses.some(({ signature }) => signature !== null);
  if (signed && approval.requestHash !== requestHash(request)) return false;
  if (granted.scope === 'once')
    return usedCount === 0 && request.amount <= granted.upTo && sameRequest(approval, request);
  // A yes to a payee is none to what the law wants asked each time.
  const covered = needed === 0 && approval.action === request.action && sameTarget(approval, request);
  return covered && usedSum + request.amount <= granted.upTo;
}

const sameTarget = (approval: Approval, { payee, network, asset }: ActionRequest): boolean =>
  approval.payee === payee && approval.network === network && approval.asset === asset;

const sameRequest = (approval: Approval, request: ActionRequest): boolean =>
  approval.action === request.action &&
  approval.method === request.method &&
  approval.url === request.url &&
  approval.origin === request.origin &&
  sameTarget(approval, request);

/** What makes two requests the same one to whoever judges or signs it: hex SHA-256. */
export function requestHash(request: ActionRequest): string {
  const { action, agent, method, url, queryHash, bodyHash, dialect, network, asset, amount, payee } = request;
  const parts = [action, agent, method, url, queryHash, bodyHash, dialect, network, asset, amount.toString(), payee];
  return hash('sha256', JSON.stringify(parts));
}

/** True when another prompt would be one too many. `raised` are the agent's within the memory. */
export function tooManyPrompts(
  request: ActionRequest,
  raised: readonly { readonly payee: string; readonly waiting: boolean }[],
): boolean {
  const waiting = raised.filter((prompt) => prompt.waiting);
  return (
    raised.length >= promptLimits.raisedPerAgent ||
    waiting.length >= promptLimits.waitingPerAgent ||
    waiting.filter(({ payee }) => payee === request.payee).length >= promptLimits.waitingPerPayee
  );
}

/** The refusal an agent hears for a question that is already answered. */
export function finalAnswer(kind: 'denied' | 'expired'): { readonly reason: RefusalReason; readonly detail: string } {
  return kind === 'denied'
    ? { reason: 'approval-denied', detail: 'The owner said no to this payment.' }
    : { reason: 'approval-expired', detail: 'The owner did not answer in time; ask again later.' };
}
