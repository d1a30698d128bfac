import { useRef, useState } from 'react';
import type { Client } from './client.ts';
import { useConnection } from './connection.ts';
import type { Act } from './host.ts';
import { useOwner } from './owner.ts';
import { type AsOwner, assertAlive } from './owner-act.ts';
import { Cancelled, type Problem, toProblem } from './problem.ts';

/**
 * As `useAct`, for what a PIN goes into or a key comes out of: nothing of input and output is remembered anywhere after the
 * call, and nothing is sent while the line is not alive. `done` is not told of a call that began before the last `clear`.
 */
export function useUnkeptAct<I, O>(
  act: (input: I, client: Client, asOwner: AsOwner) => Promise<O>,
  done: (output: O) => void,
): Act<I> {
  const { client, live } = useConnection();
  const asOwner = useOwner();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const turn = useRef(0);

  const run = async (input: I): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    setBusy(true);
    setProblem(null);
    try {
      assertAlive(live);
      const output = await act(input, client, asOwner);
      if (turn.current === mine) done(output);
    } catch (error) {
      if (turn.current === mine && !(error instanceof Cancelled)) setProblem(toProblem(error));
    }
    if (turn.current === mine) setBusy(false);
  };

  return {
    run: (input) => void run(input),
    busy,
    problem,
    clear() {
      turn.current += 1;
      setBusy(false);
      setProblem(null);
    },
  };
}
