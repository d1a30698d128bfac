import { implement, ORPCError } from '@orpc/server';
import { contract, type Rank } from '../../src-shared/contract/index.ts';
import { asGroatError, GroatError } from '../../src-shared/errors/index.ts';
import type { LogSink } from '../base/log-sink.ts';

/** Who calls: every door states the rank it has proven, and how. */
export interface CallContext {
  readonly rank: Rank;
  /** True where the owner's PIN came with this very call; a window of our own can be the owner's without. */
  readonly pinProven: boolean;
  readonly door: 'control' | 'browser' | 'window' | 'inside';
}

/** A program of ours in this very process: what it may do beyond an operator it must prove like everybody. */
export const operatorInside: CallContext = { rank: 'operator', pinProven: false, door: 'inside' };

const rankOrder: readonly Rank[] = ['public', 'agent', 'operator', 'owner'];

/** A call of the owner's that a door may let an operator make; `input` is as it came and was not looked at yet. */
export type OwnersCall = (path: readonly string[], input: unknown) => boolean;

/**
 * The contract with what every call goes through: the rank that its procedure asks for, and errors in the contract's words.
 * Who lacks only the owner's rank is told so (`owner-required`); who lacks more is told nothing. `pinless` says what a window of
 * our own may do without the PIN.
 */
export function implementer(log: LogSink, pinless: OwnersCall) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ context, next, procedure, path, errors }, input: unknown) => {
      const toWire = (error: unknown) => {
        if (error instanceof ORPCError) return error;
        const known = asGroatError(error);
        if (known.code === 'internal') log.error('a procedure broke', { error });
        return errors.GROAT({ message: known.message, data: { code: known.code, what: known.what, next: known.next } });
      };
      const least = procedure['~orpc'].meta.rank;
      if (rankOrder.indexOf(context.rank) < rankOrder.indexOf(least)) {
        if (least !== 'owner' || context.rank !== 'operator') throw new ORPCError('FORBIDDEN');
        if (context.door !== 'window' || !pinless(path, input))
          throw toWire(new GroatError('owner-required', { action: path.join(' ') }));
      }
      try {
        const result = await next();
        // A stream goes on after its procedure has returned, and so do its errors.
        return isStream(result.output) ? { ...result, output: mapErrors(result.output, toWire) } : result;
      } catch (error) {
        throw toWire(error);
      }
    });
}

export type Implementer = ReturnType<typeof implementer>;

function isStream(output: unknown): output is AsyncGenerator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* mapErrors(steps: AsyncGenerator<unknown>, toWire: (error: unknown) => Error): AsyncGenerator<unknown> {
  try {
    yield* steps;
  } catch (error) {
    throw toWire(error);
  }
}
