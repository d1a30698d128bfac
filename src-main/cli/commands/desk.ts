import type { FullStatus } from '../../../src-shared/contract/index.ts';
import { inert, type Output, Refused, red, yellow } from '../output.ts';
import { withHost } from '../with-host.ts';

/** One switch for all agents; it lasts over restarts, and only the owner lifts it. */
export async function pauseAll(output: Output): Promise<void> {
  const paused = await withHost((host) => host.desk.pause());
  output.result(paused, () => 'Nothing is paid from now on. `groat resume` lifts it (PIN).');
}

/** With `acceptBooks` the owner also says that he has seen why spending stood still, and that it may go on from here. */
export async function resumeAll(options: { acceptBooks?: true }, output: Output): Promise<void> {
  const acceptBooks = options.acceptBooks === true;
  let shown: FullStatus | null = null;
  const resumed = await withHost(async (host) => {
    if (!acceptBooks) return host.desk.resume({});
    // Once, and before the PIN is asked for: what is accepted is what stands on the terminal.
    shown ??= showWhatIsAccepted(await host.host.status(), output);
    const { unaccepted } = shown;
    const answer = await host.desk.resume({ acceptBooks, ...(unaccepted === null ? {} : { accept: unaccepted }) });
    // For who reads documents, and was shown nothing before.
    return { ...answer, accepted: unaccepted };
  });
  output.result(resumed, () =>
    resumed.problem === null
      ? 'Agents may pay again, within their limits.'
      : `The pause is lifted, and still nothing is paid: ${red(resumed.problem)}\n` +
        'Find out why (`groat log show`, `groat log verify`); then `groat resume --accept-books` goes on from here.',
  );
  if (resumed.problem !== null) throw new Refused();
}

function showWhatIsAccepted(status: FullStatus, output: Output): FullStatus {
  const { problem, unaccepted } = status;
  if (problem !== null) output.say(`You accept that ${inert(problem)}.`);
  if (unaccepted === null) return status;
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? [`    ${none}`] : items.map((item) => `    ${inert(item)}`);
  output.say(
    [
      yellow('You also accept these settings, which are not those that you accepted before:'),
      '  rpcUrls: whom Groat believes about the chain',
      ...list(unaccepted.rpcUrls, 'those of the network itself'),
      '  httpOrigins: who may be paid though anybody on the way can change what they ask for',
      ...list(unaccepted.httpOrigins, 'nobody beyond this machine'),
    ].join('\n'),
  );
  return status;
}
