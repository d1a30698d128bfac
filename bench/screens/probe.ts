import type { CDPSession, Page } from '@playwright/test';

/**
 * Put into every page before its own scripts: when the first useful paint was, long tasks, and frames. It is text, since what
 * runs in the page is no part of this program.
 */
export const probe = `
globalThis.bench = { useful: null, longTasks: [], frames: 0, late: 0, longestGap: 0 };
{
  const bench = globalThis.bench;
  const isUseful = () =>
    document.querySelector('h1')?.textContent === 'Overview' &&
    /\\d/.test(document.querySelector('section[aria-label="In the wallet"] p')?.textContent ?? '');
  const watch = new MutationObserver(() => {
    if (!isUseful()) return;
    watch.disconnect();
    // The next task after the next frame: it has been painted by then.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { bench.useful = performance.now(); };
      port2.postMessage(null);
    });
  });
  watch.observe(document, { childList: true, subtree: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  let last = null;
  const frame = (at) => {
    if (last !== null) {
      const gap = at - last;
      bench.frames += 1;
      if (gap > 25) bench.late += 1;
      bench.longestGap = Math.max(bench.longestGap, gap);
    }
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  bench.restart = () => Object.assign(bench, { longTasks: [], frames: 0, late: 0, longestGap: 0 });
  /** Resolves with the time when \`test\` first held at a change of the page or a frame, or rejects after a minute. */
  bench.until = (test) => new Promise((resolve, reject) => {
    const began = performance.now();
    const look = () => {
      if (test()) resolve(performance.now() - began);
      else if (performance.now() - began > 60000) reject(new Error('it did not come'));
      else requestAnimationFrame(look);
    };
    look();
  });
}
`;

/** How smoothly a page ran for a while. */
export interface Smoothness {
  readonly seconds: number;
  /** Tasks that held the page's thread for over 50 ms, in ms each. */
  readonly longTasks: readonly number[];
  readonly frames: number;
  /** Frames that came over 25 ms after the one before. */
  readonly late: number;
  readonly longestGap: number;
}

/** Watches the page while `act` runs. */
export async function watched(page: Page, act: () => Promise<unknown>): Promise<Smoothness> {
  await page.evaluate('bench.restart()');
  const began = performance.now();
  await act();
  const seconds = (performance.now() - began) / 1_000;
  // Long tasks are told a little later.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
  const { longTasks, frames, late, longestGap } = await page.evaluate<Omit<Smoothness, 'seconds'>>('bench');
  return { seconds, longTasks, frames, late, longestGap };
}

export interface PageMemory {
  readonly heapMb: number;
  readonly nodes: number;
}

/** What the page holds after everything that can be thrown away was. */
export async function pageMemory(devtools: CDPSession): Promise<PageMemory> {
  await devtools.send('Performance.enable');
  for (let time = 0; time < 3; time++) await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return { heapMb: usedSize / 2 ** 20, nodes: metrics.find(({ name }) => name === 'Nodes')?.value ?? Number.NaN };
}
