import { type Output, Refused, red } from '../output.ts';
import { withHost } from '../with-host.ts';

/** One switch for all agents; it lasts over restarts, and only the owner lifts it. */
export async function pauseAll(output: Output): Promise<void> {
  const paused = await withHost((host) => host.desk.pause());
  output.result(paused, () => 'Nothing is paid from now on. `groat resume` lifts it (PIN).');
}

/** With `acceptBooks` the owner also says that he has seen why spending stood still, and that it may go on from here. */
export async function resumeAll(options: { acceptBooks?: true }, output: Output): Promise<void> {
  const acceptBooks = options.acceptBooks === true;
  const resumed = await withHost((host) => host.desk.resume({ acceptBooks }));
  output.result(resumed, () =>
    resumed.problem === null
      ? 'Agents may pay again, within their limits.'
      : `The pause is lifted, and still nothing is paid: ${red(resumed.problem)}\n` +
        'Find out why (`groat log show`, `groat log verify`); then `groat resume --accept-books` goes on from here.',
  );
  if (resumed.problem !== null) throw new Refused();
}
