import { expect, test } from 'vitest';
import { actingHost, createDeskActs } from '../../../src-main/app/desk-acts.ts';
import type { TrayAct } from '../../../src-main/app/tray-state.ts';
import type { HostClient } from '../../../src-main/base/control-client.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import type { Host } from '../../../src-main/host/index.ts';

/** A client that writes down what it is asked, and breaks where told. */
function client(who: string, did: string[], breaks = false): HostClient {
  const call = (name: string) => async (input?: unknown) => {
    if (breaks) throw new Error('the desk is not there');
    did.push([who, name, ...(input === undefined ? [] : [JSON.stringify(input)])].join(' '));
  };
  return {
    desk: { pause: call('pause'), resume: call('resume') },
    agents: { pause: call('agents.pause'), resume: call('agents.resume') },
    preferences: { set: call('preferences.set') },
  } as unknown as HostClient;
}

function acts(options: { playMoney: boolean; runs?: boolean; breaks?: boolean }) {
  const did: string[] = [];
  const operator = client('operator', did, options.breaks);
  const owner = options.playMoney ? client('owner', did, options.breaks) : null;
  const perform = createDeskActs({
    host: () => (options.runs === false ? null : { client: operator, owner }),
    open: (route) => void did.push(`open ${route}`),
    quit: () => void did.push('quit'),
    failed: (what) => void did.push(`failed: ${what}`),
    log: silentLog,
  });
  return { did, perform };
}

test.each<[TrayAct, string, string]>([
  [{ act: 'pause-all' }, 'operator pause', 'operator pause'],
  [{ act: 'resume-all' }, 'owner resume {}', 'open /resume'],
  [{ act: 'pause', agent: 'bot' }, 'operator agents.pause {"agent":"bot"}', 'operator agents.pause {"agent":"bot"}'],
  [{ act: 'resume', agent: 'bot' }, 'owner agents.resume {"agent":"bot"}', 'open /agents/bot'],
  [
    { act: 'start-at-login', on: true },
    'operator preferences.set {"startAtLogin":true}',
    'operator preferences.set {"startAtLogin":true}',
  ],
  [{ act: 'open', route: '/approvals' }, 'open /approvals', 'open /approvals'],
  [{ act: 'quit' }, 'quit', 'quit'],
])('%j on play money: %s; where the owner has to give the PIN: %s', async (act, onPlayMoney, elsewhere) => {
  const play = acts({ playMoney: true });
  await play.perform(act);
  expect(play.did).toEqual([onPlayMoney]);
  const real = acts({ playMoney: false });
  await real.perform(act);
  expect(real.did).toEqual([elsewhere]);
});

test('a pause that did not happen is told', async () => {
  const broken = acts({ playMoney: true, breaks: true });
  await broken.perform({ act: 'pause-all' });
  expect(broken.did).toEqual(['failed: the desk is not there']);
  const gone = acts({ playMoney: true, runs: false });
  await gone.perform({ act: 'pause-all' });
  expect(gone.did).toEqual(['failed: Groat is not running at the moment, so nothing was changed.']);
});

test('only on play money may a menu act as the owner', () => {
  const of = (mode: 'sandbox' | 'devnet' | 'mainnet') =>
    actingHost({ ready: { mode }, router: {} } as unknown as Pick<Host, 'ready' | 'router'>).owner;
  expect(of('sandbox')).not.toBeNull();
  expect([of('devnet'), of('mainnet')]).toEqual([null, null]);
});
