import { EventPublisher } from '@orpc/server';
import type { DeskEvent } from '../../src-shared/contract/index.ts';
import type { Network } from '../../src-shared/model/index.ts';
import type { LogStore } from '../log/index.ts';
import { approvalLine, entryView } from './authority-view.ts';
import type { Authority } from './open-authority.ts';

/** What happens at the desk from now on, for as long as `signal` does not end it. A slow reader misses nothing but old news. */
export async function* watchDesk(
  { approvals, experience, watching }: Authority,
  log: LogStore,
  network: Network,
  signal: AbortSignal | undefined,
): AsyncGenerator<DeskEvent> {
  const publisher = new EventPublisher<{ event: DeskEvent }>({ maxBufferedEvents: 1000 });
  const tell = (event: DeskEvent): void => publisher.publish('event', event);
  const ends = [
    approvals.onChanged((approval) => tell({ event: 'approval', approval: approvalLine(approval, network) })),
    experience.onBreaker(({ scope, from, to, why }) => tell({ event: 'breaker', scope, from, to, why })),
    log.onAppended((entries) => {
      for (const entry of entries) tell({ event: 'entry', entry: entryView(entry) });
    }),
  ];
  try {
    yield* publisher.subscribe('event', {
      signal: AbortSignal.any(signal === undefined ? [watching] : [signal, watching]),
    });
  } catch (error) {
    // Whoever watched has left, or Groat stops: both are how a watch ends.
    if (signal?.aborted !== true && !watching.aborted) throw error;
  } finally {
    for (const end of ends) end();
  }
}
