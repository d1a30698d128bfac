import { defineConfig } from 'vitest/config';

/** One project per kind of claim; `npm run check` runs the first two, `npm test` all of them. */
const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 10_000),
      project('architecture', 30_000),
      project('integration', 120_000),
      project('conformance', 120_000),
      project('e2e', 180_000),
    ],
  },
});
