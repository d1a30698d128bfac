import { createHash } from 'node:crypto';
import type { FacilitatorView } from '../../src-shared/contract/index.ts';
import { asGroatError, GroatError } from '../../src-shared/errors/index.ts';
import { formatDecimal, parseDecimal, sol } from '../../src-shared/model/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import type { FacilitatorBook, FacilitatorDoor, FacilitatorSwitch, FacilitatorTerms } from '../gateway/index.ts';
import { claimPort } from './claim-port.ts';

/** Our facilitator for other sellers: off until the owner switches it on, and on again after a restart. */
export interface FacilitatorDesk {
  /** Opens it where it was on. Never rejects. */
  comeBack(): Promise<void>;
  view(): FacilitatorView;
  /** The token is a new one each time, and the one of before is worth nothing from then on. */
  enable(wish: {
    readonly port: number;
    readonly solPerDay: string;
    readonly perMinute: number;
  }): Promise<FacilitatorView & { url: string; token: string }>;
  disable(): Promise<FacilitatorView>;
  ports(): readonly number[];
  stop(graceMs: number): Promise<void>;
}

/** For what is in flight when it is switched off. */
const graceMs = 5_000;

export function createFacilitatorDesk(deps: {
  readonly book: FacilitatorBook;
  readonly openDoor: (terms: FacilitatorTerms) => Promise<FacilitatorDoor>;
  /** Lamports that settling for others cost in the last 24 hours. */
  readonly spent: () => bigint;
  readonly random: Random;
  readonly log: LogSink;
}): FacilitatorDesk {
  const { book, openDoor, spent, random, log } = deps;
  let door: FacilitatorDoor | null = null;
  let wish: FacilitatorSwitch | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const open = ({ port, tokenHash, solPerDay, perMinute }: FacilitatorSwitch): Promise<FacilitatorDoor> =>
    claimPort({ port, named: true, flag: '--port' }, log, (claimed) =>
      openDoor({ port: claimed, tokenHash, feeCeiling: parseDecimal(solPerDay, sol.decimals), perMinute }),
    );
  const close = async (): Promise<void> => {
    const closing = door;
    door = null;
    await closing?.stop(graceMs);
  };
  const view = (): FacilitatorView => ({
    enabled: door !== null,
    url: door?.url ?? null,
    solPerDay: wish?.solPerDay ?? '0',
    solSpentToday: formatDecimal(spent(), sol.decimals),
    perMinute: wish?.perMinute ?? 0,
  });

  return {
    comeBack: () =>
      inTurn(async () => {
        try {
          const found = book.load();
          if (found === null) return;
          if (found.kind === 'altered')
            throw new GroatError('shop-invalid', { shop: 'facilitator', problem: found.why });
          ({ wish } = found);
          door = await open(found.wish);
        } catch (error) {
          log.error('the facilitator stays off', { why: asGroatError(error).what });
        }
      }),
    view,
    enable: (wanted) =>
      inTurn(async () => {
        const { solPerDay, perMinute } = wanted;
        const token = Buffer.from(random(32)).toString('base64url');
        const tokenHash = createHash('sha256').update(token).digest('hex');
        await close();
        const port = wanted.port === 0 ? (wish?.port ?? 0) : wanted.port;
        const asked = { port, tokenHash, solPerDay, perMinute };
        const opened = await open(asked).catch(async (error) => {
          // As it was before, with the token of before.
          if (wish !== null) door = await open(wish).catch(() => null);
          throw error;
        });
        try {
          const kept = { ...asked, port: opened.port };
          await book.put(kept);
          wish = kept;
          door = opened;
        } catch (error) {
          await opened.stop(0);
          throw error;
        }
        return { ...view(), url: opened.url, token };
      }),
    disable: () =>
      inTurn(async () => {
        await book.put(null);
        await close();
        wish = null;
        return view();
      }),
    ports: () => (door === null ? [] : [door.port]),
    async stop(grace) {
      await last;
      await door?.stop(grace);
    },
  };
}
