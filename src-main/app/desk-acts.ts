import { createRouterClient } from '@orpc/server';
import { networks } from '../../src-shared/model/index.ts';
import type { HostClient } from '../base/control-client.ts';
import type { LogSink } from '../base/log-sink.ts';
import { type CallContext, type Host, operatorInside } from '../host/index.ts';
import { routes } from './routes.ts';
import type { TrayAct } from './tray-state.ts';

/** A host as the tray uses it: as the operator, and where there is nothing to lose also as the owner. */
export interface ActingHost {
  readonly client: HostClient;
  /** Null off play money: there the owner gives the PIN, which a menu cannot ask for. */
  readonly owner: HostClient | null;
}

export function actingHost({ ready, router }: Pick<Host, 'ready' | 'router'>): ActingHost {
  const as = (context: CallContext): HostClient => createRouterClient(router, { context });
  const { playMoney } = networks[ready.mode];
  return { client: as(operatorInside), owner: playMoney ? as({ ...operatorInside, rank: 'owner' }) : null };
}

/** Does what was chosen in the menu. What fails is told, never swallowed: a pause that did not happen must be known. */
export function createDeskActs(deps: {
  readonly host: () => ActingHost | null;
  readonly open: (route: string | null) => void;
  readonly quit: () => void;
  readonly failed: (what: string) => void;
  readonly log: LogSink;
}): (act: TrayAct) => Promise<void> {
  const { host, open, quit, failed, log } = deps;

  const perform = async (chosen: TrayAct, { client, owner }: ActingHost): Promise<void> => {
    switch (chosen.act) {
      case 'pause-all':
        await client.desk.pause();
        return;
      case 'resume-all':
        if (owner === null) return open(routes.resume);
        await owner.desk.resume({});
        return;
      case 'pause':
        await client.agents.pause({ agent: chosen.agent });
        return;
      case 'resume':
        if (owner === null) return open(routes.agent(chosen.agent));
        await owner.agents.resume({ agent: chosen.agent });
        return;
      case 'start-at-login':
        await client.preferences.set({ startAtLogin: chosen.on });
        return;
      case 'open':
      case 'quit':
        return;
    }
  };

  return async (chosen) => {
    if (chosen.act === 'open') return open(chosen.route);
    if (chosen.act === 'quit') return quit();
    const running = host();
    if (running === null) return failed('Groat is not running at the moment, so nothing was changed.');
    try {
      await perform(chosen, running);
    } catch (error) {
      log.warn('what was chosen in the tray could not be done', { act: chosen.act, error });
      failed(error instanceof Error ? error.message : 'It could not be done.');
    }
  };
}
