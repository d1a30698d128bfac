import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { StartedHost } from '../started-host.ts';
import { median, ms, quantile, type Table } from '../suite.ts';
import { type BenchBrowser, openScreens } from './bench-browser.ts';
import { smoothnessHead, smoothnessRow } from './busy-overview.ts';
import { watched } from './probe.ts';

export interface ManyRounds {
  readonly opens: number;
  readonly filters: number;
  readonly jumps: number;
  readonly scrollSeconds: number;
}

/** What the steps below have in common; text for the page, as the probe is. */
const helpers = `
globalThis.payments = {
  box: () => document.querySelector('table[aria-label="Payments"] tbody'),
  /** Rows that can be seen, in part at least. */
  inSight() {
    const box = this.box();
    if (box === null) return [];
    const { top, bottom } = box.getBoundingClientRect();
    return [...box.querySelectorAll('tr[aria-rowindex]')].filter((row) => {
      const at = row.getBoundingClientRect();
      return at.bottom > top && at.top < bottom;
    });
  },
  filled(rows) { return rows.length > 0 && rows.every((row) => row.querySelector('a') !== null); },
  open() {
    location.hash = '#/payments';
    return bench.until(() => this.filled(this.inSight()));
  },
  async agent(name) {
    document.querySelector('input[placeholder="All"]').click();
    const option = () => [...document.querySelectorAll('[role=option]')].find((one) => one.textContent === name);
    await bench.until(() => option() !== undefined);
    option().click();
    return bench.until(() => {
      const rows = this.inSight();
      return this.box()?.querySelector('[role=status]') != null && this.filled(rows) && rows.every((row) => row.cells[1].textContent === name);
    });
  },
  text(words, test) {
    const input = document.querySelector('input[placeholder="Address, payee or payment"]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, words);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    return bench.until(test);
  },
  nothing(words) { return this.text(words, () => document.body.textContent.includes('Nothing like that')); },
  found(words) {
    return this.text(words, () => this.box()?.querySelector('[role=status]') != null && this.filled(this.inSight())
      && this.inSight().every((row) => row.cells[2].textContent.includes(words)));
  },
  async clear() {
    [...document.querySelectorAll('button')].find((one) => one.textContent === 'Clear').click();
    await bench.until(() => this.box() !== null && this.box().querySelector('[role=status]') === null && this.filled(this.inSight()));
  },
  jump(share) {
    const box = this.box();
    box.scrollTop = Math.floor((box.scrollHeight - box.clientHeight) * share);
    const first = Math.floor(box.scrollTop / 34);
    return bench.until(() => {
      const rows = this.inSight();
      return rows.some((row) => Math.abs(Number(row.ariaRowIndex) - 2 - first) < 3) && this.filled(rows);
    });
  },
  scroll(seconds) {
    const box = this.box();
    const began = performance.now();
    return new Promise((resolve) => {
      const step = () => {
        box.scrollTop += 120;
        if (performance.now() - began < seconds * 1000) requestAnimationFrame(step);
        else resolve();
      };
      step();
    });
  },
};
`;

/** Payments of a desk with a long past: opened, filtered, searched and scrolled by a hand that knows no mercy. */
export async function manyPayments(
  browser: BenchBrowser,
  host: StartedHost,
  orders: number,
  { opens, filters, jumps, scrollSeconds }: ManyRounds,
): Promise<readonly Table[]> {
  const context = await browser.context();
  await context.addInitScript(helpers);
  try {
    const opened: number[] = [];
    for (let round = -1; round < opens; round++) {
      const page = await openScreens(context, host);
      const took = await timed(page, 'open()');
      if (round >= 0) opened.push(took);
      await page.close();
    }
    const page = await openScreens(context, host);
    await timed(page, 'open()');
    const each = async (act: string): Promise<readonly number[]> => {
      const times: number[] = [];
      for (let round = 0; round < filters; round++) {
        times.push(await timed(page, act));
        await timed(page, 'clear()');
      }
      return times;
    };
    const byAgent = await each("agent('shopper')");
    const byText = await each("found('/quotes/daily')");
    const nothing = await each("nothing('no such thing anywhere')");
    const jumped: number[] = [];
    for (let jump = 0; jump < jumps; jump++) jumped.push(await timed(page, `jump(${Math.random()})`));
    await timed(page, 'jump(0.5)');
    const still = await watched(page, () => delay(scrollSeconds * 1_000));
    const scrolled = await watched(page, () => page.evaluate(`payments.scroll(${scrollSeconds})`));
    const row = (name: string, times: readonly number[]) => [
      name,
      String(times.length),
      ms(median(times)),
      ms(quantile(times, 0.95)),
    ];
    return [
      {
        title: `Payments with ${orders.toLocaleString('en')} rows`,
        head: ['from a click to what was asked for', 'times', 'p50 ms', 'p95 ms'],
        rows: [
          row('screen opened: rows in sight', opened),
          row('one agent of four: rows in sight', byAgent),
          row('part of an address: rows in sight', byText),
          row('text that is nowhere: told so', nothing),
          row('scrolled to anywhere: all in sight filled', jumped),
        ],
      },
      {
        title: 'The same, scrolled without a pause by 120 px a frame',
        head: ['', 'seconds', ...smoothnessHead],
        rows: [
          ['at rest', still.seconds.toFixed(0), ...smoothnessRow(still)],
          ['scrolling', scrolled.seconds.toFixed(0), ...smoothnessRow(scrolled)],
        ],
      },
    ];
  } finally {
    await context.close();
  }
}

const timed = (page: Page, act: string): Promise<number> => page.evaluate<number>(`payments.${act}`);
