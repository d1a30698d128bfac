import { setTimeout as delay } from 'node:timers/promises';
import type { Table } from '../suite.ts';
import { type BenchBrowser, openScreens } from './bench-browser.ts';
import type { BenchHost } from './bench-home.ts';
import { createPayers, type Paid } from './payers.ts';
import { type PageMemory, pageMemory, type Smoothness, watched } from './probe.ts';

const perSecond = 50;
/** The last update and the last sums have been drawn by then. */
const settleMs = 6_000;

export interface BusyTimes {
  readonly idleSeconds: number;
  /** Until lists are at their full length and everything was drawn once. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Overview while money flows: is it smooth, and does it keep what it no longer shows? */
export async function busyOverview(
  browser: BenchBrowser,
  { host, proxyUrls }: BenchHost,
  { idleSeconds, warmUpSeconds, seconds }: BusyTimes,
): Promise<readonly Table[]> {
  const context = await browser.context();
  const payers = createPayers(proxyUrls, host.ready.demoUrl ?? '');
  try {
    const page = await openScreens(context, host);
    const devtools = await context.newCDPSession(page);
    await delay(1_000);
    const idle = await watched(page, () => delay(idleSeconds * 1_000));
    await payers.pace(perSecond, warmUpSeconds);
    await delay(settleMs);
    const before = await pageMemory(devtools);
    const paid: Paid[] = [];
    const busy = await watched(page, async () => {
      paid.push(await payers.pace(perSecond, seconds));
    });
    await delay(settleMs);
    const after = await pageMemory(devtools);
    const [done] = paid;
    if (done === undefined || done.failed > 0) throw new Error(`${done?.failed} payments failed`);
    return [smoothnessTable(idle, busy, done), memoryTable(before, after)];
  } finally {
    payers.stop();
    await context.close();
  }
}

const smoothnessTable = (idle: Smoothness, busy: Smoothness, { inTime, seconds }: Paid): Table => ({
  title: `Overview while ${(inTime / seconds).toFixed(1)} payments a second were made (wanted: ${perSecond})`,
  head: ['', 'seconds', ...smoothnessHead],
  rows: [
    ['idle', idle.seconds.toFixed(0), ...smoothnessRow(idle)],
    ['paying', busy.seconds.toFixed(0), ...smoothnessRow(busy)],
  ],
});

export const smoothnessHead = [
  'tasks over 50 ms',
  'longest task, ms',
  'frames',
  'over 25 ms late',
  'share',
  'longest gap, ms',
] as const;

export const smoothnessRow = ({ longTasks, frames, late, longestGap }: Smoothness): readonly string[] => [
  String(longTasks.length),
  longTasks.length === 0 ? '–' : Math.max(...longTasks).toFixed(0),
  String(frames),
  String(late),
  `${((100 * late) / Math.max(1, frames)).toFixed(2)} %`,
  longestGap.toFixed(0),
];

const memoryTable = (before: PageMemory, after: PageMemory): Table => ({
  title: 'Memory of that page after garbage collection, warmed up and at the end',
  head: ['', 'before', 'after', 'growth'],
  rows: [
    ['JS heap, MB', before.heapMb.toFixed(2), after.heapMb.toFixed(2), (after.heapMb - before.heapMb).toFixed(2)],
    ['DOM nodes', String(before.nodes), String(after.nodes), String(after.nodes - before.nodes)],
  ],
});
