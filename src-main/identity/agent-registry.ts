import { createHash, timingSafeEqual } from 'node:crypto';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type AgentName, isAgentName } from '../../src-shared/model/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { AgentRecord, AgentStore } from './ports.ts';

/** Knows agents by name and proxy credential. */
export interface AgentRegistry {
  /** The token comes out once. Refuses (`agent-exists`) a name whose credential is live. */
  add(name: AgentName): Promise<string>;
  /** Gives a live or revoked agent a new token; the old one is dead when this resolves. Adds the agent if there is none. */
  rotate(name: AgentName): Promise<string>;
  /** Dead at once; throws `agent-unknown`. */
  revoke(name: AgentName): Promise<void>;
  list(): readonly AgentRecord[];
  isLive(name: AgentName): boolean;
  /** `credential` is a raw `Proxy-Authorization` value (RFC 7617 Basic, agent:token). */
  byProxyCredential(credential: string): AgentName | null;
}

const tokenBytes = 24;
/** More distinct live credentials than a desk has; beyond it the oldest is hashed again. */
const rememberedCredentials = 1024;

export function createAgentRegistry(store: AgentStore, random: Random, clock: Clock): AgentRegistry {
  const agents = new Map<AgentName, AgentRecord>(store.all().map((record) => [record.name, record]));
  /** Only credentials that have been verified, so a guesser cannot fill it. */
  const verified = new Map<string, AgentName>();

  const forget = (name: AgentName) => {
    for (const [credential, owner] of verified) if (owner === name) verified.delete(credential);
  };

  const restore = (name: AgentName, record: AgentRecord | undefined) => {
    if (record === undefined) agents.delete(name);
    else agents.set(name, record);
  };

  const issue = async (name: AgentName): Promise<string> => {
    const token = `groat_${Buffer.from(random(tokenBytes)).toString('base64url')}`;
    const before = agents.get(name);
    const record = { name, tokenHash: hashToken(token), createdAt: clock.now(), revokedAt: null };
    // In memory before it is written, so that changes of one agent take effect in the order they are written in.
    agents.set(name, record);
    forget(name);
    await store.save(record).catch((error) => {
      if (agents.get(name) === record) restore(name, before);
      throw error;
    });
    return token;
  };

  return {
    async add(name) {
      if (agents.get(name)?.revokedAt === null) throw new GroatError('agent-exists', { agent: name });
      return issue(name);
    },
    rotate: issue,
    async revoke(name) {
      const record = agents.get(name);
      if (record === undefined || record.revokedAt !== null) throw new GroatError('agent-unknown', { agent: name });
      const revoked = { ...record, revokedAt: clock.now() };
      agents.set(name, revoked);
      forget(name);
      await store.save(revoked);
    },
    list: () => [...agents.values()].sort((a, b) => a.createdAt - b.createdAt),
    isLive: (name) => agents.get(name)?.revokedAt === null,
    byProxyCredential(credential) {
      const known = verified.get(credential);
      if (known !== undefined) return known;
      const claim = parseBasic(credential);
      if (claim === null) return null;
      const record = agents.get(claim.name);
      if (record === undefined || record.revokedAt !== null) return null;
      if (!timingSafeEqual(record.tokenHash, hashToken(claim.token))) return null;
      if (verified.size >= rememberedCredentials) verified.delete(verified.keys().next().value ?? '');
      verified.set(credential, claim.name);
      return claim.name;
    },
  };
}

function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

function parseBasic(credential: string): { name: AgentName; token: string } | null {
  const match = /^basic +([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(credential);
  if (match?.[1] === undefined) return null;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const name = text.slice(0, colon);
  return colon > 0 && isAgentName(name) ? { name, token: text.slice(colon + 1) } : null;
}
