import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { AgentName, HardCeilings, Network } from '../../src-shared/model/index.ts';
import { canonical, type LogData } from '../log/index.ts';
import type { PolicyBook } from './book-port.ts';
import { defaultTerms } from './default-terms.ts';
import { chainOf, who } from './delegation-chain.ts';
import { encode, impossible, refuseName } from './delegation-record.ts';
import { type Law, lawHash, type Norm, nextLaw } from './law/index.ts';
import { loosening, moreThan } from './loosening.ts';
import type { PinRow } from './owner-pin.ts';
import { bookKey, type Policy, type ReadPolicy, type SealedSettings } from './policy.ts';
import type { Journal } from './ports.ts';
import { builtInRoles, type Role, roleSchema } from './roles.ts';
import { holdRules, invalidPolicy } from './rules-in-force.ts';
import { type Delegation, desk, type Terms } from './terms.ts';

/** Who wants a change, as its door has proven it. */
export type Author = 'operator' | 'owner';

/**
 * The rules in force, and the only way to change them. A pause and a revocation are in force at once, before they are on the
 * disk; everything else when it is there. What loosens needs the owner (`owner-required`). Every change is one sealed write
 * with its log entry.
 */
export interface PolicyDesk {
  /** As it stands now. */
  read(): ReadPolicy;
  /** As `read`, for those who cannot do without; throws `policy-altered`. */
  policy(): Policy;
  /** Gives an agent its first delegation, or a revoked one a new one; what it spent before still counts. */
  admit(agent: AgentName, change: (defaults: Terms) => Terms, author: Author): Promise<Delegation>;
  /** Throws `policy-invalid` where there is no delegation, or the new one would not be one. */
  amend(subject: string, change: (before: Terms) => Terms, author: Author): Promise<Delegation>;
  /** One agent hands a part of what it may do to another. Never more than it has, and at most three times over. */
  delegate(from: AgentName, to: AgentName, change: (whole: Terms) => Terms): Promise<Delegation>;
  /** Ends it, and at once everything that was handed on from it. */
  revoke(agent: AgentName): Promise<void>;
  /** One switch: for all (null) or one agent. In force when this returns, durable when it resolves. */
  pause(agent: AgentName | null, author: Author): Promise<void>;
  resume(agent: AgentName | null, author: Author): Promise<void>;
  /** The law with these norms added or replaced, all or none. Whatever adds an `allow` or takes a norm's place loosens. */
  addNorms(norms: readonly Norm[], author: Author): Promise<Law>;
  removeNorm(id: string, author: Author): Promise<Law>;
  setCeilings(ceilings: HardCeilings, author: Author): Promise<void>;
  /** A role of the owner's own, or in a built-in one's place; null takes it away again. */
  setRole(name: string, role: Role | null, author: Author): Promise<void>;
  /** Base64 of an Ed25519 public key; null takes the approver away. */
  setApprover(name: string, key: string | null, author: Author): Promise<void>;
  /** What the owner accepts of the settings that loosen; the first ones are anybody's, later ones the owner's. */
  sealSettings(settings: SealedSettings, author: Author): Promise<void>;
  /** Where the owner's PIN stands. */
  readonly pin: PinRow;
}

export function createPolicyDesk(deps: {
  readonly network: Network;
  readonly book: PolicyBook;
  readonly journal: Pick<Journal, 'append'>;
  readonly now: () => number;
}): PolicyDesk {
  const { network, book, journal, now } = deps;
  const rules = holdRules(network, book, journal);
  const { policy, write, inTurn } = rules;

  /** What may stand in the book: readable, in itself possible, and in a role that there is. */
  const checked = (subject: string, terms: Terms): Terms => {
    const problem = impossible(terms);
    if (problem !== null) throw invalidPolicy(subject, problem);
    if (subject !== desk && !policy().roles.has(terms.role))
      throw invalidPolicy(subject, `there is no role ${terms.role}`);
    return terms;
  };

  const save = async (delegation: Delegation, what: string, author: Author): Promise<Delegation> => {
    const stored = encode(delegation);
    const { role, limits } = delegation.terms;
    await write([{ key: bookKey.delegation(delegation.subject), value: canonical(stored) }], {
      kind: 'policy',
      agent: delegation.subject === desk ? null : delegation.subject,
      subject: bookKey.delegation(delegation.subject),
      data: { what, author, role, perPayment: limits.perPayment?.toString() ?? 'none', after: stored },
    });
    return delegation;
  };

  /** Without its role an agent may do nothing, and nobody would be told. */
  const refuseInUse = (name: string): void => {
    const { delegations, roles } = policy();
    const builtIn = builtInRoles.some((one) => one.name === name);
    if (!roles.has(name)) throw invalidPolicy(`The role ${name}`, 'there is none of that name');
    const user = [...delegations.values()].find(({ terms, revokedAt }) => revokedAt === null && terms.role === name);
    if (user !== undefined && !builtIn) throw invalidPolicy(`The role ${name}`, `${who(user.subject)} has it`);
  };

  /** A person counts once: one key under two names would be two yeses. */
  const refuseApprover = (name: string, key: string | null): void => {
    const { approvers } = policy();
    if (key === null && !approvers.has(name)) throw invalidPolicy(name, 'there is no such approver');
    const other = [...approvers].find(([held, known]) => held !== name && known === key);
    if (other !== undefined) throw invalidPolicy(name, `that key is ${other[0]}'s already`);
  };

  /** True where there is a delegation that was not ended, neither itself nor from above: one that ended may be given anew. */
  const stands = (subject: string): boolean => {
    const chain = chainOf(policy().delegations, subject, now());
    return policy().delegations.has(subject) && (chain.kind === 'chain' || chain.reason !== 'delegation-revoked');
  };

  /** Later than what the same name handed on before, which stays ended, and not before what it is a part of. */
  const birth = (subject: string, earliest: number): number => {
    const handedOn = [...policy().delegations.values()].filter(({ parent }) => parent === subject);
    return Math.max(now(), earliest, ...handedOn.map(({ createdAt }) => createdAt + 1));
  };

  const found = (subject: string): Delegation => {
    const delegation = policy().delegations.get(subject);
    if (delegation === undefined) throw invalidPolicy(subject, 'it has no delegation');
    return delegation;
  };

  return {
    read: rules.read,
    policy,
    pin: rules.pin,
    admit: (agent, change, author) =>
      inTurn(async () => {
        if (stands(agent)) throw new GroatError('agent-exists', { agent });
        refuseName(agent);
        const defaults = defaultTerms(network);
        const terms = checked(agent, change(defaults));
        // On the sandbox money is the desk's to limit, but who must be asked is the owner's.
        const wider = loosening(defaults, { ...defaults, approval: terms.approval });
        // Off the sandbox a new agent is the owner's doing altogether; on it, money is the desk's to limit.
        if (author !== 'owner' && !network.playMoney)
          throw new GroatError('owner-required', { action: `adding an agent on ${network.name}` });
        if (author !== 'owner' && wider !== null)
          throw new GroatError('owner-required', { action: `letting a new agent ask less (${wider})` });
        return save(
          { subject: agent, parent: desk, terms, createdAt: birth(agent, 0), revokedAt: null },
          'admit',
          author,
        );
      }),
    amend: (subject, change, author) =>
      inTurn(async () => {
        const before = found(subject);
        if (before.revokedAt !== null) throw invalidPolicy(who(subject), 'it was revoked');
        const terms = checked(subject, change(before.terms));
        const wider = loosening(before.terms, terms);
        if (wider !== null && author !== 'owner')
          throw new GroatError('owner-required', { action: `${who(subject)} would get more (${wider})` });
        if (before.parent !== null && before.parent !== desk) {
          const excess = moreThan(found(before.parent).terms, terms);
          if (excess !== null) throw invalidPolicy(subject, `${before.parent}, who handed it on, has less (${excess})`);
        }
        return save({ ...before, terms }, 'amend', author);
      }),
    delegate: (from, to, change) =>
      inTurn(async () => {
        const whole = found(from);
        if (from === to) throw invalidPolicy(to, 'nobody hands on to itself');
        if (!whole.terms.actions.includes('delegate')) throw invalidPolicy(from, 'it may not delegate');
        if (stands(to)) throw new GroatError('agent-exists', { agent: to });
        refuseName(to);
        const terms = checked(to, change(whole.terms));
        const excess = moreThan(whole.terms, terms);
        if (excess !== null) throw invalidPolicy(to, `${from} has less itself (${excess})`);
        const createdAt = birth(to, whole.createdAt);
        const part: Delegation = { subject: to, parent: from, terms, createdAt, revokedAt: null };
        const chain = chainOf(new Map([...policy().delegations, [to, part]]), to, now());
        if (chain.kind === 'refused') throw invalidPolicy(to, chain.detail);
        return save(part, 'delegate', 'operator');
      }),
    async revoke(agent) {
      const before = policy().delegations.get(agent);
      if (before === undefined || before.revokedAt !== null) return;
      const revoked = { ...before, revokedAt: now() };
      // In force before it is written, and whatever else is written meanwhile.
      rules.holdRevocation(revoked);
      await inTurn(() => save(revoked, 'revoke', 'operator'));
      rules.dropRevocation(revoked);
    },
    async pause(agent, author) {
      const key = agent === null ? bookKey.pauseAll : bookKey.pause(agent);
      rules.holdPause(key);
      await write([{ key, value: canonical({ at: now(), by: author }) }], {
        kind: 'pause',
        agent,
        subject: key,
        data: { what: 'pause', author },
      });
    },
    async resume(agent, author) {
      const key = agent === null ? bookKey.pauseAll : bookKey.pause(agent);
      if (author !== 'owner') throw new GroatError('owner-required', { action: 'lifting a pause' });
      const held = rules.dropPause(key);
      try {
        await write([{ key, value: null }], { kind: 'pause', agent, subject: key, data: { what: 'resume', author } });
      } catch (error) {
        if (held) rules.holdPause(key);
        throw error;
      }
    },
    addNorms: (norms, author) =>
      inTurn(async () => {
        const before = policy().law;
        let after = before.norms;
        for (const norm of norms) {
          const held = after.find(({ id }) => id === norm.id);
          if (held !== undefined && isDeepStrictEqual(held, norm)) continue;
          if ((norm.type === 'allow' || held !== undefined) && author !== 'owner')
            throw new GroatError('owner-required', { action: `the norm ${norm.id} may permit more` });
          after = held === undefined ? [...after, norm] : after.map((one) => (one === held ? norm : one));
        }
        if (after === before.norms) return before;
        const change = { what: 'add', norms: norms.map(asData) };
        return saveLaw(nextLaw(before, after, now(), sha256), change, author);
      }),
    removeNorm: (id, author) =>
      inTurn(async () => {
        const before = policy().law;
        const norm = before.norms.find((one) => one.id === id);
        if (norm === undefined) throw invalidPolicy(`norm ${id}`, 'there is none of that name');
        if (norm.type !== 'allow' && author !== 'owner')
          throw new GroatError('owner-required', { action: `without the norm ${id} more is permitted` });
        const norms = before.norms.filter((one) => one.id !== id);
        return saveLaw(nextLaw(before, norms, now(), sha256), { what: 'remove', norm: asData(norm) }, author);
      }),
    setCeilings: (ceilings, author) =>
      inTurn(async () => {
        if (author !== 'owner') throw new GroatError('owner-required', { action: 'moving a hard ceiling' });
        if (network.ceilings === null) throw invalidPolicy('the hard ceiling', `${network.name} has none`);
        const { perPayment, perDay, perMinuteCount } = ceilings;
        const stored = { perPayment: perPayment.toString(), perDay: perDay.toString(), perMinuteCount };
        await write([{ key: bookKey.ceilings, value: canonical(stored) }], {
          kind: 'policy',
          agent: null,
          subject: bookKey.ceilings,
          data: { what: 'ceilings', author, after: stored },
        });
      }),
    sealSettings: (settings, author) =>
      inTurn(async () => {
        if (author !== 'owner' && policy().settings !== null)
          throw new GroatError('owner-required', { action: 'settings that permit more' });
        await write([{ key: bookKey.settings, value: canonical(settings) }], {
          kind: 'policy',
          agent: null,
          subject: bookKey.settings,
          // Providers put keys into user info, path and query of an endpoint.
          data: { what: 'settings', author, after: { ...settings, rpcUrls: settings.rpcUrls.map(originOf) } },
        });
      }),
    setRole: (name, role, author) =>
      inTurn(async () => {
        if (author !== 'owner') throw new GroatError('owner-required', { action: 'changing a role' });
        if (role === null) refuseInUse(name);
        const value = role === null ? null : z.encode(roleSchema, role);
        await write([{ key: bookKey.role(name), value: value === null ? null : canonical(value) }], {
          kind: 'policy',
          agent: null,
          subject: bookKey.role(name),
          data: { what: role === null ? 'role removed' : 'role', author, after: value },
        });
      }),
    setApprover: (name, key, author) =>
      inTurn(async () => {
        if (author !== 'owner') throw new GroatError('owner-required', { action: 'naming who may approve' });
        refuseApprover(name, key);
        await write([{ key: bookKey.approver(name), value: key === null ? null : canonical({ key }) }], {
          kind: 'policy',
          agent: null,
          subject: bookKey.approver(name),
          data: { what: key === null ? 'approver removed' : 'approver added', author, key: key ?? '' },
        });
      }),
  };

  async function saveLaw(law: Law, change: LogData, author: Author): Promise<Law> {
    const { version, previous } = law;
    await write([{ key: bookKey.law, value: canonical(law) }], {
      kind: 'law',
      agent: null,
      subject: bookKey.law,
      data: { ...change, author, law: version, hash: lawHash(law, sha256), previous, ...whole(law) },
    });
    return law;
  }
}

/** Over the canonical form, as every hash on record. */
export const sha256 = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

/** An entry has its bound; beyond it the change alone is on record, and the hash of the whole. */
const whole = (law: Law): LogData => (canonical(law).length > 40_000 ? {} : { after: asData(law) });

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'unreadable');

/** Without what is left out, which has no canonical form. */
const asData = (norm: Norm | Law): LogData => JSON.parse(JSON.stringify(norm));
