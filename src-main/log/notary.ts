import type { LogSink } from '../base/log-sink.ts';
import type { HeadKeeper, LogStore } from './ports.ts';
import type { HeadFacts, LogOwner, SignedHead } from './signed-head.ts';

export interface NotaryDeps {
  readonly store: LogStore;
  /** Base58 signature by the log key; the wallet's signer has it. */
  sign(head: HeadFacts): Promise<string>;
  readonly outside: HeadKeeper;
  readonly owner: LogOwner;
  /** Entries between two signed heads. */
  readonly every?: number;
  readonly log: LogSink;
}

export interface Notary {
  /** Signs and keeps the log's head as it stands; what is signed already is not signed again. Rejects when it could not. */
  vouch(): Promise<SignedHead>;
  /** Vouches for the end and rests. Never rejects: what could not be signed is reported, and shows at the next start. */
  stop(): Promise<void>;
}

/** So long at most an entry waits for a head outside: an older copy put back gives nobody more than that. */
const restMs = 1000;

/**
 * Signs the log's head every N entries, and once at its own start and end; outside the database also a second after the
 * first entry that is not signed. A head is kept outside first: a crash between the two leaves the outside ahead, never
 * behind. Made only over a log that was found whole, or that the owner has accepted as it is: a signature over an altered
 * one would hide what the last one shows.
 */
export function createNotary({ store, sign, outside, owner, every = 256, log }: NotaryDeps): Notary {
  let last: SignedHead | null = null;
  /** Up to where signing was tried: one that fails is tried again N entries later, not at each. */
  let tried = store.lastHead()?.count ?? 0;
  let queue: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  const signNow = async (): Promise<SignedHead> => {
    const { count, hash, at } = store.head();
    const facts: HeadFacts = { network: owner.network, count, hash, at };
    const head: SignedHead = { ...facts, key: owner.key, signature: await sign(facts) };
    await outside.write(head);
    return head;
  };
  const signInside = async (): Promise<SignedHead> => {
    const { count } = store.head();
    tried = count;
    if (last !== null && last.count === count) return last;
    const head = await signNow();
    await store.saveHead(head);
    last = head;
    return head;
  };
  /** One after the other, or an older head could be written over a newer one. */
  const inTurn = (work: () => Promise<SignedHead>): Promise<SignedHead> => {
    const signed = queue.then(work);
    queue = signed.catch(() => undefined); // Whoever asked has the error.
    return signed;
  };
  const vouch = () => inTurn(signInside);
  const quietly = (work: () => Promise<SignedHead>): Promise<void> =>
    inTurn(work).then(
      () => undefined,
      (error: unknown) => log.error('log head not signed', { error }),
    );
  const endListening = store.onAppended((entries) => {
    const count = entries.at(-1)?.seq ?? 0;
    if (count >= tried + every) {
      tried = count;
      void quietly(signInside);
      return;
    }
    timer ??= setTimeout(() => {
      timer = null;
      void quietly(signNow);
    }, restMs);
    timer.unref();
  });
  void quietly(signInside);

  return {
    vouch,
    stop() {
      endListening();
      if (timer !== null) clearTimeout(timer);
      return quietly(signInside);
    },
  };
}
