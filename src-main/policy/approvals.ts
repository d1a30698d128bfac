import { createPublicKey, verify } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Glimpse } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Atomic } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import { canonical } from '../log/index.ts';
import { type Approval, transition } from './approval.ts';
import type { ApprovalStore } from './ports.ts';

export interface Approvals {
  get(id: string): Approval;
  list(page: { readonly state: Approval['life']['state'] | null; readonly limit: number }): readonly Approval[];
  /**
   * One person's yes. `upTo` may not be less than what was asked (it would be a no); for `once` it may not be more than
   * twice. Throws `approval-unknown`, `approval-closed`, `policy-invalid`.
   */
  approve(
    id: string,
    answer: { readonly scope: 'once' | 'payee-day'; readonly upTo: Atomic | null },
  ): Promise<Approval>;
  /** A registered approver's yes: Ed25519 over `attestedMessage`. Throws as `approve`, and `policy-invalid` for a bad one. */
  attest(id: string, attestation: Attestation, key: string): Promise<Approval>;
  deny(id: string, blockPayee: boolean): Promise<Approval>;
  /**
   * Resolves with the approval as it is once it is answered, or as it still is after `ms`, or when `signal` says that nobody
   * waits any more.
   */
  answered(id: string, ms: number, signal: AbortSignal | null): Promise<Approval>;
  /** Tells of every approval that is new or changed, after its commit. The answer ends it. */
  onChanged(listener: (approval: Approval) => void): () => void;
  /** The store has written it. What comes with a new one is kept in memory for as long as it waits, and nowhere else. */
  announce(approval: Approval, glimpse: Glimpse | null): void;
  /** What can be shown of the request while it waits; null after a restart, and once it is answered. */
  glimpse(id: string): Glimpse | null;
  stop(): void;
}

export interface Attestation {
  readonly by: string;
  /** When it was signed; it counts for five minutes. */
  readonly at: number;
  /** Base64 of 16 random bytes. */
  readonly nonce: string;
  /** Base64 of 64 bytes. */
  readonly signature: string;
}

const attestedForMs = 5 * 60_000;

/** Of 8 KiB at most. Each agent may have ten open; beyond this many the oldest question is asked without. */
const maxGlimpses = 256;

/** What an approver signs: this request and no other, now and no other time. */
export function attestedMessage(
  { id, requestHash }: Pick<Approval, 'id' | 'requestHash'>,
  { by, at, nonce }: Omit<Attestation, 'signature'>,
): string {
  return canonical({ groat: 'approval v1', approval: id, at, by, nonce, request: requestHash });
}

export function createApprovals(store: ApprovalStore, clock: Clock): Approvals {
  const listeners = new Set<(approval: Approval) => void>();
  const glimpses = new Map<string, Glimpse>();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const keep = ({ id }: Approval, glimpse: Glimpse | null): void => {
    // Whoever lists approvals may have answered it before it was announced.
    if (store.get(id)?.life.state !== 'waiting') glimpses.delete(id);
    else if (glimpse !== null) glimpses.set(id, glimpse);
    const [oldest] = glimpses.keys();
    if (oldest !== undefined && glimpses.size > maxGlimpses) glimpses.delete(oldest);
  };

  const announce = (approval: Approval, glimpse: Glimpse | null): void => {
    keep(approval, glimpse);
    for (const listener of listeners) listener(approval);
    if (approval.life.state === 'waiting') schedule();
  };

  const change = async (id: string, step: (approval: Approval, now: number) => Approval | null): Promise<Approval> => {
    const before = get(id);
    const after = await store.change(id, step);
    if (!isDeepStrictEqual(before, after)) announce(after, null);
    return after;
  };

  const get = (id: string): Approval => {
    const approval = store.get(id);
    if (approval === null) throw new GroatError('approval-unknown', { approval: id });
    return approval;
  };

  /** What nobody answered is written down as expired when its time is up, not only when somebody looks. */
  const lapse = async (): Promise<void> => {
    for (const { id } of store.waiting())
      await change(id, (approval, now) => transition(approval, { kind: 'elapsed' }, now)).catch(() => undefined);
    schedule();
  };

  function schedule(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // The store may be closed by now.
    if (stopped) return;
    const [next] = [...store.waiting()].sort((a, b) => a.life.until - b.life.until);
    if (next === undefined) return;
    // A clock may jump while we wait: look again every minute at least.
    const ms = Math.min(Math.max(next.life.until - clock.now(), 0) + 1, 60_000);
    timer = setTimeout(() => void lapse(), ms);
    timer.unref();
  }
  schedule();

  const bounded = (approval: Approval, scope: 'once' | 'payee-day', upTo: Atomic | null): void => {
    if (upTo !== null && upTo < approval.amount)
      throw new GroatError('policy-invalid', {
        subject: `approval ${approval.id}`,
        problem: 'the sum is less than what was asked for; deny it instead',
      });
    if (upTo !== null && scope === 'once' && upTo > approval.amount * 2n)
      throw new GroatError('policy-invalid', {
        subject: `approval ${approval.id}`,
        problem: 'once, at most twice what was asked for',
      });
  };

  return {
    get,
    announce,
    glimpse(id) {
      const life = store.get(id)?.life;
      return life?.state === 'waiting' && clock.now() < life.until ? (glimpses.get(id) ?? null) : null;
    },
    list: (page) => store.list(page),
    approve: (id, { scope, upTo }) =>
      change(id, (approval, now) => {
        bounded(approval, scope, upTo);
        return transition(approval, { kind: 'witnessed', by: 'owner', signature: null, scope, upTo }, now);
      }),
    attest: (id, attestation, key) =>
      change(id, (approval, now) => {
        checkAttestation(approval, attestation, key, now);
        const { by, signature } = attestation;
        return transition(
          approval,
          { kind: 'witnessed', by: `approver:${by}`, signature, scope: 'once', upTo: null },
          now,
        );
      }),
    deny: (id, blockPayee) => change(id, (approval, now) => transition(approval, { kind: 'denied', blockPayee }, now)),
    answered: (id, ms, signal) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(limit);
          listeners.delete(listen);
          signal?.removeEventListener('abort', finish);
          try {
            resolve(get(id));
          } catch (error) {
            reject(error);
          }
        };
        const listen = (approval: Approval): void => {
          if (approval.id === id && approval.life.state !== 'waiting') finish();
        };
        const limit = setTimeout(finish, ms);
        listeners.add(listen);
        signal?.addEventListener('abort', finish);
        if (signal?.aborted === true || get(id).life.state !== 'waiting') finish();
      }),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      stopped = true;
      glimpses.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function checkAttestation(approval: Approval, attestation: Attestation, key: string, now: number): void {
  const wrong = (problem: string) => new GroatError('policy-invalid', { subject: `approval ${approval.id}`, problem });
  if (Math.abs(now - attestation.at) > attestedForMs) throw wrong('the attestation is not of the last five minutes');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'base64')]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const signed = verify(
    null,
    Buffer.from(attestedMessage(approval, attestation)),
    publicKey,
    Buffer.from(attestation.signature, 'base64'),
  );
  if (!signed) throw wrong('the attestation is not signed by that approver for this request');
}
