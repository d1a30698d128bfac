import { loadCpu } from '../proxy/contestants.ts';
import type { ServerProcess } from '../proxy/server-process.ts';
import { type Load, load } from '../proxy/wrk.ts';
import { median } from '../suite.ts';

/** One server asked for one thing, over and over. */
export interface Lane {
  readonly server: ServerProcess;
  readonly requestTarget: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it has to answer: below 400, or above. */
  readonly expects: 'goods' | 'refusal';
}

export interface LaneResult {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Against the first lane of the same round. */
  readonly ofFirst: number;
  readonly cpuMicros: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** The lanes in turn, round after round, after one round to warm up; medians. */
export async function measureLanes(
  lanes: readonly Lane[],
  plan: {
    readonly folder: string;
    readonly connections: number;
    readonly rounds: number;
    readonly seconds: number;
  },
): Promise<readonly LaneResult[]> {
  const runs = lanes.map((): (Load & { cpuMicros: number; ofFirst: number })[] => []);
  for (let round = -1; round < plan.rounds; round++) {
    let yardstick = Number.NaN;
    for (const [i, { server, requestTarget, headers, expects }] of lanes.entries()) {
      const before = server.cpuMicros();
      const { folder, connections, seconds } = plan;
      const result = await load({
        folder,
        port: server.port,
        headers,
        requestTarget,
        connections,
        seconds,
        cpu: loadCpu,
      });
      const wrong = result.errors + (expects === 'goods' ? result.refused : result.requests - result.refused);
      if (wrong > 0)
        throw new Error(`${server.name}: ${wrong} of ${result.requests} answers were not what they should be`);
      if (i === 0) yardstick = result.requestsPerSecond;
      if (round < 0) continue;
      runs[i]?.push({
        ...result,
        cpuMicros: (server.cpuMicros() - before) / result.requests,
        ofFirst: result.requestsPerSecond / yardstick,
      });
    }
  }
  return lanes.map(({ server }, i) => {
    const of = (figure: (run: Load & { cpuMicros: number; ofFirst: number }) => number) =>
      median((runs[i] ?? []).map(figure));
    return {
      name: server.name,
      requestsPerSecond: of((run) => run.requestsPerSecond),
      ofFirst: of((run) => run.ofFirst),
      cpuMicros: of((run) => run.cpuMicros),
      p50Micros: of((run) => run.p50Micros),
      p99Micros: of((run) => run.p99Micros),
    };
  });
}
