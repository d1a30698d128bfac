import type { DeskEvent } from '../../../src-shared/contract/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { homeFrom } from '../../host/index.ts';
import { approvalNews } from '../approval-text.ts';
import { entryLine } from '../entry-text.ts';
import { HostError } from '../host-error.ts';
import { dim, inert, type Output, yellow } from '../output.ts';
import { withRunningHost } from '../with-host.ts';

/**
 * What waits already, then all that happens, until Ctrl-C; `not-running` when the host ends first. With `--json` one
 * document a line.
 */
export async function watch(output: Output): Promise<void> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const tell = (event: DeskEvent): void => {
    const line = output.json ? JSON.stringify(event) : news(event);
    if (line !== null) process.stdout.write(`${line}\n`);
  };
  await withRunningHost(async (host) => {
    // The stream first: what is asked in between is told twice rather than not at all.
    const events = await host.desk.watch(undefined, { signal: stopped.signal });
    output.say(dim('Watching; Ctrl-C ends it.'));
    for (const approval of await host.approvals.list({ state: 'waiting' })) tell({ event: 'approval', approval });
    for await (const event of events) tell(event);
  }).catch((error: unknown) => {
    if (error instanceof HostError || error instanceof GroatError) throw error;
  });
  // A stream that ends or breaks off without us: whoever sent it is gone.
  if (!stopped.signal.aborted) throw new GroatError('not-running', { home: homeFrom(process.env) });
}

/** Null for what another event says better. */
function news(event: DeskEvent): string | null {
  switch (event.event) {
    case 'approval':
      return approvalNews(event.approval);
    case 'breaker':
      return yellow(`breaker ${inert(event.scope)}: ${event.from} → ${event.to}  ${inert(event.why)}`);
    case 'entry':
      return ['approval', 'breaker'].includes(event.entry.kind) ? null : entryLine(event.entry);
  }
}
