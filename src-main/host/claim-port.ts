import { GroatError } from '../../src-shared/errors/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { PortWish } from './config.ts';
import { portHolder } from './port-holder.ts';

/**
 * Starts something on the port that is wished for. A taken port that the owner named is an error that says who has it;
 * a taken default gives way to a free one, which is said in the log.
 */
export async function claimPort<T>(wish: PortWish, log: LogSink, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(wish.port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const by = portHolder(wish.port);
    if (wish.named) throw new GroatError('port-taken', { port: wish.port, by, flag: wish.flag ?? 'a flag' }, error);
    const choice = wish.flag === null ? '' : ` (choose one with ${wish.flag})`;
    log.warn(`port ${wish.port} is taken by ${by}; using a free one instead${choice}`);
    return start(0);
  }
}
