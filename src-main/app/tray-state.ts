import type { DeskPicture } from './desk-model.ts';
import { inert } from './inert.ts';
import type { MoneyText } from './money-text.ts';
import { routes } from './routes.ts';

export const trayLooks = ['idle', 'paying', 'waiting', 'paused', 'breaker', 'problem'] as const;
export type TrayLook = (typeof trayLooks)[number];

/** What a line of the menu does when it is chosen. */
export type TrayAct =
  | { readonly act: 'open'; readonly route: string | null }
  | { readonly act: 'pause-all' | 'resume-all' | 'quit' }
  | { readonly act: 'pause' | 'resume'; readonly agent: string }
  | { readonly act: 'start-at-login'; readonly on: boolean };

export type MenuLine =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'act'; readonly label: string; readonly act: TrayAct }
  | { readonly kind: 'check'; readonly label: string; readonly checked: boolean; readonly act: TrayAct }
  | { readonly kind: 'group'; readonly label: string; readonly lines: readonly MenuLine[] };

export interface TrayState {
  readonly look: TrayLook;
  /** How many wait for the owner, whatever the look. */
  readonly count: number;
  readonly tooltip: string;
  readonly menu: readonly MenuLine[];
}

/** Windows shows no more of a tooltip. */
const longestTooltip = 127;
const mostAgents = 20;
const rule: MenuLine = { kind: 'rule' };

/** The whole tray, from what is known of the desk. */
export function trayState(picture: DeskPicture, money: MoneyText): TrayState {
  const look = lookOf(picture);
  const count = picture.status?.waiting ?? 0;
  return { look, count, tooltip: inert(tooltip(picture, look, money), longestTooltip), menu: menu(picture, money) };
}

/**
 * A problem first: nothing is paid and nobody asked for that. A pause next: while all stands still, whatever waits can wait
 * too, and a person must not believe that agents spend when they do not, or the other way round. Then what waits for an
 * answer, because it runs out; then a breaker, which heals by itself; then the everyday.
 */
function lookOf({ phase, status, paying }: DeskPicture): TrayLook {
  if (phase === 'stopped') return 'problem';
  if (status === null) return 'idle';
  if (status.problem !== null) return 'problem';
  if (status.paused.all) return 'paused';
  if (status.waiting > 0) return 'waiting';
  if (status.breakers.some(({ state }) => state === 'open')) return 'breaker';
  return paying ? 'paying' : 'idle';
}

const says: Readonly<Record<TrayLook, string | null>> = {
  idle: null,
  paying: 'paying',
  waiting: null,
  paused: 'paused, nothing is paid',
  breaker: 'a breaker is open',
  problem: 'nothing is paid',
};

function tooltip({ phase, status }: DeskPicture, look: TrayLook, money: MoneyText): string {
  if (phase === 'stopped') return 'Groat has stopped: nothing is paid';
  if (status === null) return phase === 'stopping' ? 'Groat is stopping' : 'Groat is starting';
  const name = status.network === 'mainnet' ? 'Groat' : `Groat (${status.network})`;
  const said = says[look];
  return [
    said === null ? name : `${name}: ${said}`,
    ...(status.waiting > 0 ? [waits(status.waiting)] : []),
    `balance ${money(status.available)}`,
    `today ${spentOf(status.spent.day, status.limits.perDay, money)}`,
    ...(status.unknown > 0 ? [`${status.unknown} of unknown fate`] : []),
  ].join(' · ');
}

function menu(picture: DeskPicture, money: MoneyText): MenuLine[] {
  const quit: MenuLine = { kind: 'act', label: 'Quit Groat', act: { act: 'quit' } };
  const open: MenuLine = { kind: 'act', label: 'Open Groat', act: { act: 'open', route: null } };
  const { phase, status } = picture;
  if (status === null) {
    const label = { starting: 'Groat is starting', stopping: 'Groat is stopping', stopped: 'Groat has stopped' };
    return [{ kind: 'text', label: phase === 'running' ? label.starting : label[phase] }, rule, open, quit];
  }
  const play = status.network === 'sandbox' ? ' of play money' : '';
  return [
    { kind: 'text', label: `Balance ${money(status.available)}${play}` },
    { kind: 'text', label: `Spent today ${spentOf(status.spent.day, status.limits.perDay, money)}` },
    ...troubles(picture),
    rule,
    status.waiting > 0
      ? { kind: 'act', label: `${waits(status.waiting)} …`, act: { act: 'open', route: routes.approvals } }
      : { kind: 'text', label: 'Nothing waits for you' },
    rule,
    status.paused.all
      ? { kind: 'act', label: 'Resume all', act: { act: 'resume-all' } }
      : { kind: 'act', label: 'Pause all', act: { act: 'pause-all' } },
    { kind: 'group', label: 'Pause one agent', lines: agentLines(picture) },
    rule,
    open,
    {
      kind: 'check',
      label: 'Start at login',
      checked: picture.preferences.startAtLogin,
      act: { act: 'start-at-login', on: !picture.preferences.startAtLogin },
    },
    quit,
  ];
}

function troubles({ status }: DeskPicture): MenuLine[] {
  if (status === null) return [];
  const open = status.breakers.filter(({ state }) => state === 'open').length;
  const at = (label: string, route: string): MenuLine => ({ kind: 'act', label, act: { act: 'open', route } });
  return [
    ...(status.problem === null ? [] : [at(`Nothing is paid: ${inert(status.problem, 60)}`, routes.overview)]),
    ...(open === 0 ? [] : [at(open === 1 ? 'A breaker is open' : `${open} breakers are open`, routes.overview)]),
    ...(status.unknown === 0
      ? []
      : [at(`${status.unknown} ${status.unknown === 1 ? 'payment' : 'payments'} of unknown fate`, routes.payments)]),
  ];
}

function agentLines({ status, agents }: DeskPicture): MenuLine[] {
  if (agents.length === 0) return [{ kind: 'text', label: 'No agents yet' }];
  const paused = new Set(status?.paused.agents);
  const lines: MenuLine[] = agents.slice(0, mostAgents).map((agent) => ({
    kind: 'check',
    label: agent,
    checked: paused.has(agent),
    act: { act: paused.has(agent) ? 'resume' : 'pause', agent },
  }));
  return agents.length <= mostAgents
    ? lines
    : [...lines, rule, { kind: 'act', label: 'All agents …', act: { act: 'open', route: routes.agents } }];
}

const waits = (count: number): string => (count === 1 ? '1 request waits for you' : `${count} requests wait for you`);

const spentOf = (spent: string, limit: string, money: MoneyText): string =>
  limit === 'none' ? money(spent) : `${money(spent)} of ${money(limit)}`;
