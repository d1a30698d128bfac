import { openBrowser } from './screens/bench-browser.ts';
import { type BenchHost, startBenchHost } from './screens/bench-home.ts';
import { busyOverview } from './screens/busy-overview.ts';
import { coldStart } from './screens/cold-start.ts';
import { connectedOverhead } from './screens/connected.ts';
import { manyPayments } from './screens/many-payments.ts';
import type { Suite, Table } from './suite.ts';

/** The screens in a real browser. Needs them built, and for its last part `nginx`, `wrk` and `taskset` on the path. */
export const screens: Suite = {
  name: 'screens',
  about:
    'The built screens in Chromium without a window, against `groat start --demo` in a process of its own on the same two processors: times are taken in the page; payments are real ones of four agents through the proxy to the demo shop (buyer, seller and embedded chain in one host).',
  async run({ quick, say }) {
    const tables: Table[] = [];
    const rows = quick ? 20_000 : 1_000_000;
    await withHost(0, async (desk) => {
      const browser = await openBrowser(null);
      try {
        say(`  Chromium ${browser.version}`);
        tables.push(...(await coldStart(browser, desk.host, quick ? 3 : 15)));
        say('  a busy Overview');
        const times = quick
          ? { idleSeconds: 2, warmUpSeconds: 3, seconds: 5 }
          : { idleSeconds: 10, warmUpSeconds: 15, seconds: 60 };
        tables.push(...(await busyOverview(browser, desk, times)));
      } finally {
        await browser.close();
      }
    });
    say(`  ${rows} payments`);
    await withHost(rows, async (desk) => {
      const browser = await openBrowser(null);
      try {
        const much = quick
          ? { opens: 2, filters: 2, jumps: 10, scrollSeconds: 2 }
          : { opens: 10, filters: 10, jumps: 60, scrollSeconds: 10 };
        tables.push(...(await manyPayments(browser, desk.host, rows, much)));
      } finally {
        await browser.close();
      }
    });
    say('  with and without somebody who looks');
    await withHost(0, async (desk) => {
      tables.push(...(await connectedOverhead(desk, quick ? { rounds: 1, seconds: 1 } : { rounds: 9, seconds: 3 })));
    });
    return tables;
  },
};

async function withHost(orders: number, act: (desk: BenchHost) => Promise<void>): Promise<void> {
  const desk = await startBenchHost(orders);
  try {
    await act(desk);
  } finally {
    await desk.stop();
  }
}
