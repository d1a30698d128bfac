import { isDeepStrictEqual } from 'node:util';
import type { LooseSettings } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Network } from '../../src-shared/model/index.ts';
import type { AgentRegistry } from '../identity/index.ts';
import {
  checkAtOpen,
  createHeadFile,
  createHeadInKeychain,
  createNotary,
  type HeadKeeper,
  keepInBoth,
  type LogOwner,
  type Notary,
  saveLogKey,
} from '../log/index.ts';
import {
  type Approvals,
  type BookState,
  createApprovals,
  createExperience,
  createGate,
  createLoopGuard,
  createOwner,
  createPolicyDesk,
  defaultLoopSettings,
  type Experience,
  foundPolicy,
  type Gate,
  type Owner,
  type PolicyBook,
  type PolicyDesk,
  type SealedSettings,
  seedLoops,
} from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import type { DeskSecrets, Signer } from '../wallet/index.ts';
import type { AcceptedEndpoints } from './runner.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

export interface Authority {
  readonly gate: Gate;
  readonly desk: PolicyDesk;
  readonly owner: Owner;
  readonly approvals: Approvals;
  readonly experience: Experience;
  /** Null while the log is suspect: nothing vouches for it then. */
  notary(): Notary | null;
  /**
   * Runs `begin` as soon as the RPC endpoints are those that the owner accepted: now, or once they are. Nothing is believed of
   * others.
   */
  withAcceptedEndpoints(begin: () => Promise<void> | void): Promise<void>;
  /** Money moved that no order explains: says so and stops spending. */
  suspect(why: string): void;
  /** Plain http origins that may be paid: those of the configuration that the owner accepted. */
  httpOrigins(): ReadonlySet<string>;
  readonly outside: HeadKeeper;
  /** Aborted when Groat stops: a screen that watches must not hold it up. */
  readonly watching: AbortSignal;
  endWatching(): void;
  readonly logOwner: LogOwner;
  /** Why nothing is granted at the moment, all of it; null in good times. */
  problem(): string | null;
  /** Settings in force that are not what the owner accepted; null where all are. */
  unaccepted(): LooseSettings | null;
  /**
   * The owner has looked at why spending stood still, and takes the books as they are. `seen` is what `unaccepted` said when
   * the owner looked: throws `config-invalid`, and accepts nothing, where it now says something else.
   */
  acceptBooks(seen: LooseSettings | null): Promise<void>;
}

/**
 * Opens what decides: first asks whether log, orders and policy are what this host left behind, before anything is written
 * over the traces; then the rules, the memory of what happened, and the gate over them. Books that do not agree open all the
 * same, and nothing is granted until the owner has looked.
 */
export async function openAuthority(
  {
    store,
    signer,
    secrets,
    registry,
    network,
    home,
    sealedByKeychain,
    settings,
    accepted,
  }: {
    readonly store: Store;
    readonly signer: Signer;
    readonly secrets: DeskSecrets;
    readonly registry: AgentRegistry;
    readonly network: Network;
    readonly home: string;
    readonly sealedByKeychain: boolean;
    /** As the configuration has them. */
    readonly settings: SealedSettings;
    /** What the owner, a moment ago in this process, accepted of them; null where nobody was asked. */
    readonly accepted: AcceptedEndpoints | null;
  },
  { clock, random, log, keychain }: Surroundings,
  stops: StopStack,
): Promise<Authority> {
  const logOwner = { network: network.name, key: signer.logKey };
  const file = createHeadFile(home, network.name);
  const outside = sealedByKeychain
    ? keepInBoth(file, createHeadInKeychain(keychain, `${network.name}-${signer.logKey}`), logOwner)
    : file;
  const stored = store.authority(secrets.policyMac);
  const older = olderPolicy(store, stored.book.load());
  const book = older === null ? stored.book : alteredBook(older);
  const found = book.load();
  const vouchedBefore = store.log.lastHead() !== null || (await outside.read()) !== 'none';

  const doubts = await doubtsAboutLog(store, outside, logOwner);
  if (older !== null) doubts.push(`the policy ${older}`);
  // Who has a policy had a signed head from its first moment on: both are gone only where somebody took them.
  if (found.kind === 'read' && !vouchedBefore)
    doubts.push('nothing vouches for the log any more: its signed heads are gone');
  const books = store.checkBooks();
  if (books !== null) doubts.push(books.why);
  for (const why of doubts) {
    log.error('the books are not what Groat left behind; nothing is paid until the owner has looked', { why });
  }
  if (doubts.length > 0 && store.suspicions.current() === null) await store.suspicions.raise(doubts.join('; '));
  await saveLogKey(home, network.name, signer.logKey);
  let notary: Notary | null = null;
  const vouch = (): void => {
    notary ??= createNotary({
      store: store.log,
      sign: (head) => signer.signLogHead(head),
      outside,
      owner: logOwner,
      log,
    });
  };
  const current = (): Notary | null => notary;
  if (store.suspicions.current() === null) vouch();
  stops.push('log', async () => current()?.stop());

  // A head is kept before there is a policy: a crash between the two must not look like one that somebody took.
  await current()?.vouch();
  if (found.kind === 'empty' && !wasFounded(store))
    await foundPolicy(book, store.journal, network, store.earlierLimits, store.now());
  const { journal } = store;
  await journal.note({
    kind: 'opened',
    agent: null,
    subject: null,
    data: { network: network.name, key: signer.logKey },
  });
  await current()?.vouch();
  const desk = createPolicyDesk({ network, book, journal, now: store.now });
  let sealed = await sealedSettings(desk, network, settings, accepted);
  const doubt = otherEndpoints(sealed, settings);
  if (doubt !== null) {
    doubts.push(doubt);
    if (store.suspicions.current() === null) await store.suspicions.raise(doubt);
  }
  let endpointsAccepted = doubt === null;
  const beginLater: (() => Promise<void> | void)[] = [];
  const beyond = otherOrigins(sealed, settings);
  let httpOrigins = new Set(settings.httpOrigins.filter((origin) => !beyond.includes(origin)));
  if (beyond.length > 0)
    log.warn('httpOrigins names more than the owner accepted; they are not paid (groat resume --accept-books)', {
      beyond,
    });
  const experience = createExperience({ store: store.log, projections: stored.projections, journal, log });
  stops.push('experience', () => experience.stop());
  const approvals = createApprovals(stored.approvals, clock);
  stops.push('approvals', () => approvals.stop());
  const owner = createOwner({ row: desk.pin, pepper: secrets.pinPepper, clock, random });
  const watchers = new AbortController();
  const loops = createLoopGuard(defaultLoopSettings);
  seedLoops(loops, store.log, store.now());
  const gate = createGate({
    network,
    desk,
    reservations: stored.reservations,
    approvals,
    experience,
    loops,
    isLive: (agent) => registry.isLive(agent),
    journal,
    clock,
    random,
    log,
  });
  stops.push('gate', () => gate.stop());
  const unaccepted = (): LooseSettings | null =>
    otherEndpoints(sealed, settings) === null && otherOrigins(sealed, settings).length === 0
      ? null
      : { rpcUrls: [...settings.rpcUrls], httpOrigins: [...settings.httpOrigins] };
  return {
    gate,
    desk,
    owner,
    approvals,
    experience,
    outside,
    watching: watchers.signal,
    endWatching: () => watchers.abort(),
    logOwner,
    httpOrigins: () => httpOrigins,
    async withAcceptedEndpoints(begin) {
      if (endpointsAccepted) await begin();
      else beginLater.push(begin);
    },
    suspect(why) {
      if (!doubts.includes(why)) doubts.push(why);
      store.suspicions.raise(why).catch((error) => log.error('a suspicion could not be written', { why, error }));
    },
    notary: current,
    problem() {
      const read = desk.read();
      if (read.kind === 'unreadable') return read.why;
      const standing = store.suspicions.current();
      // The log keeps the first one; whoever accepts the books accepts what came after it too.
      return standing === null ? null : [standing, ...doubts.filter((one) => !standing.includes(one))].join('; ');
    },
    unaccepted,
    async acceptBooks(seen) {
      if (seen === null ? unaccepted() !== null : !isDeepStrictEqual(seen, settings))
        throw new GroatError('config-invalid', {
          setting: 'rpcUrls, httpOrigins',
          problem: 'they are not what you have seen of them: look at them once more, then accept them',
        });
      await desk.sealSettings(settings, 'owner');
      sealed = settings;
      httpOrigins = new Set(settings.httpOrigins);
      if (store.suspicions.current() !== null) await store.suspicions.dismiss();
      if (store.suspicions.current() === null) doubts.length = 0;
      vouch();
      endpointsAccepted = true;
      for (const begin of beginLater.splice(0)) await begin();
    },
  };
}

async function doubtsAboutLog(
  store: Store,
  outside: HeadKeeper,
  owner: { readonly network: string; readonly key: string },
): Promise<string[]> {
  const state = await checkAtOpen(store.log, outside, owner);
  return state.kind === 'whole' ? [] : [`the log is not whole from entry ${state.firstBad} on (${state.why})`];
}

/**
 * The book says which version it is, and so does the log's last word about it, written in the same transaction. An older
 * one would also bring back an older PIN with its tries. Reads on from "the policy"; null when they agree.
 */
function olderPolicy(store: Store, found: BookState): string | null {
  const last = lastPolicyEntry(store);
  if (found.kind === 'altered' || last === null) return null;
  const version = found.kind === 'read' ? found.version : 0;
  const hash = found.kind === 'read' ? found.hash : '';
  const known = Number(last.data['version']);
  if (version === known && hash === last.data['book']) return null;
  return `is version ${version}, and the log knows version ${known}: an older copy was put back`;
}

/** Nothing is granted by such a book, and nothing is written over it. */
function alteredBook(why: string): PolicyBook {
  return {
    load: () => ({ kind: 'altered', key: null, why }),
    change: () => Promise.reject(new GroatError('policy-altered', { key: null, why })),
  };
}

function lastPolicyEntry(store: Store) {
  const all = (['policy', 'law', 'pause', 'owner'] as const).flatMap((kind) => store.log.recent({ kind, limit: 1 }));
  return all.reduce<(typeof all)[number] | null>(
    (last, entry) => (last === null || entry.seq > last.seq ? entry : last),
    null,
  );
}

const wasFounded = (store: Store): boolean => lastPolicyEntry(store) !== null;

/**
 * Settings are in a file that every program of the user can write. What was in force at the first start stands, but on
 * mainnet nothing does that the owner was not asked about: what a file or the environment adds waits for the owner.
 */
async function sealedSettings(
  desk: PolicyDesk,
  network: Network,
  settings: SealedSettings,
  accepted: AcceptedEndpoints | null,
): Promise<SealedSettings> {
  const found = desk.read();
  if (found.kind === 'unreadable') return { httpOrigins: [], rpcUrls: [] };
  const { hasPin } = found.policy;
  let { settings: sealed } = found.policy;
  if (sealed === null) {
    sealed = network.name === 'mainnet' ? { httpOrigins: [], rpcUrls: [] } : settings;
    await desk.sealSettings(sealed, 'operator');
  }
  if (accepted?.network !== network.name || !isDeepStrictEqual(accepted.rpcUrls, settings.rpcUrls)) return sealed;
  if (isDeepStrictEqual(accepted.rpcUrls, sealed.rpcUrls)) return sealed;
  // Another network's owner may be anybody: what this one's own said stands until they say otherwise.
  if (accepted.by !== network.name && (hasPin || sealed.rpcUrls.length > 0)) return sealed;
  sealed = { ...sealed, rpcUrls: settings.rpcUrls };
  await desk.sealSettings(sealed, 'owner');
  return sealed;
}

/** A lying endpoint could make us release money that can still move, so another set of them is not taken on trust. */
function otherEndpoints(sealed: SealedSettings, { rpcUrls }: SealedSettings): string | null {
  // Each as often as it was: one that is named twice would agree with itself.
  const same = isDeepStrictEqual(rpcUrls.toSorted(), sealed.rpcUrls.toSorted());
  return same ? null : 'the setting rpcUrls is not what the owner accepted';
}

const otherOrigins = (sealed: SealedSettings, { httpOrigins }: SealedSettings): readonly string[] =>
  httpOrigins.filter((origin) => !sealed.httpOrigins.includes(origin));
