import { join } from 'node:path';
import { type FirstLoad, gzipTotal, readFirstLoad, type Script } from '../../tools/build/first-load.ts';
import type { StartedHost } from '../started-host.ts';
import { median, ms, quantile, type Table } from '../suite.ts';
import { type BenchBrowser, openScreens } from './bench-browser.ts';

const built = join(import.meta.dirname, '..', '..', 'dist', 'renderer');

interface Start {
  readonly fcp: number;
  readonly useful: number;
  /** Addresses of the scripts that had come by then. */
  readonly scripts: readonly string[];
}

const readStart = `({
  fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  useful: bench.useful,
  scripts: performance.getEntriesByType('resource')
    .filter(({ name, responseEnd }) => name.endsWith('.js') && responseEnd < bench.useful).map(({ name }) => name),
})`;

/** From the link to the balance on Overview, with nothing in the browser's cache and with everything in it; and what that takes. */
export async function coldStart(browser: BenchBrowser, host: StartedHost, rounds: number): Promise<readonly Table[]> {
  const cold: Start[] = [];
  const warm: Start[] = [];
  for (let round = -1; round < rounds; round++) {
    const context = await browser.context();
    for (const found of [cold, warm]) {
      const page = await openScreens(context, host);
      const start = await page.evaluate<Start>(readStart);
      if (round >= 0) found.push(start);
      await page.close();
    }
    await context.close();
  }
  const row = (name: string, starts: readonly Start[]) => [
    name,
    ms(median(starts.map(({ fcp }) => fcp))),
    ms(median(starts.map(({ useful }) => useful))),
    ms(
      quantile(
        starts.map(({ useful }) => useful),
        0.95,
      ),
    ),
  ];
  return [
    {
      title: `From the link to the first useful paint (heading and balance of Overview), ${rounds} of each`,
      head: ['start', 'first contentful paint, p50 ms', 'useful, p50 ms', 'useful, p95 ms'],
      rows: [row('cold', cold), row('with the files cached', warm)],
    },
    scripts(readFirstLoad(built), cold[0]?.scripts ?? []),
  ];
}

function scripts({ initial, lazy }: FirstLoad, fetched: readonly string[]): Table {
  const all = [...initial, ...lazy];
  const untilUseful = all.filter(({ file }) => fetched.some((address) => address.endsWith(`/${file}`)));
  const charts = lazy.filter(({ file }) => file.includes('SpendingChart'));
  const row = (name: string, some: readonly Script[]) => [
    name,
    String(some.length),
    (gzipTotal(some) / 1_000).toFixed(1),
  ];
  return {
    title: 'Scripts of the screens, each compressed by itself',
    head: ['scripts', 'files', 'kB gzip'],
    rows: [
      row('before the first paint', initial),
      row('fetched until Overview is useful', untilUseful),
      row('charts, when the first is drawn', charts),
      row('all', all),
    ],
  };
}
