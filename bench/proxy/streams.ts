import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median, ratio, type Table } from '../suite.ts';
import { bulkBytes, type Contestants, loadCpu } from './contestants.ts';
import type { ServerProcess } from './server-process.ts';

/** 1 GiB and a stream of events through each of them, one transfer at a time. */
export async function streamTables(
  contestants: Contestants,
  rounds: number,
  events: number,
): Promise<readonly Table[]> {
  const { origin, eventOrigin, nginx, nginxEvents, proxies } = contestants;
  const bulk = lanesOf(nginx, proxies, `http://127.0.0.1:${origin.port}/1g.bin`, '/1g.bin');
  const stream = lanesOf(nginxEvents, proxies, `http://127.0.0.1:${eventOrigin.port}/${events}`, `/${events}`);
  for (let round = -1; round < rounds; round++) {
    for (const lanes of [bulk, stream]) {
      let yardstick = Number.NaN;
      for (const [i, lane] of lanes.entries()) {
        const before = lane.server.cpuMicros();
        const seconds = await fetchAll(lane);
        if (i === 0) yardstick = seconds;
        if (round < 0) continue;
        lane.seconds.push(seconds);
        lane.ofNginx.push(yardstick / seconds);
        lane.cpuMicros.push(lane.server.cpuMicros() - before);
      }
    }
  }
  const mebibyte = 1024 ** 2;
  return [
    {
      title: `1 GiB through, median of ${rounds} rounds`,
      head: ['server', 'MiB a second', 'of nginx', 'RSS afterwards, MiB'],
      rows: bulk.map(({ server, seconds, ofNginx }) => [
        server.name,
        (bulkBytes / mebibyte / median(seconds)).toFixed(0),
        ratio(median(ofNginx)),
        (server.rss() / mebibyte).toFixed(0),
      ]),
    },
    {
      title: `${events} server-sent events of 100 bytes through, median of ${rounds} rounds`,
      head: ['server', 'CPU µs an event'],
      rows: stream.map(({ server, cpuMicros }) => [server.name, (median(cpuMicros) / events).toFixed(1)]),
    },
  ];
}

interface Lane {
  readonly server: ServerProcess;
  readonly url: string;
  readonly proxied: boolean;
  readonly seconds: number[];
  readonly ofNginx: number[];
  readonly cpuMicros: number[];
}

function lanesOf(nginx: ServerProcess, proxies: readonly ServerProcess[], url: string, path: string): readonly Lane[] {
  const empty = () => ({ seconds: [], ofNginx: [], cpuMicros: [] });
  return [
    { server: nginx, url: `http://127.0.0.1:${nginx.port}${path}`, proxied: false, ...empty() },
    ...proxies.map((server) => ({ server, url, proxied: true, ...empty() })),
  ];
}

async function fetchAll({ server, url, proxied }: Lane): Promise<number> {
  const proxy = proxied ? ['--proxy', `http://${server.credential}@127.0.0.1:${server.port}`] : [];
  const curl = ['curl', '--silent', '--fail', '--noproxy', proxied ? '' : '*', '--output', '/dev/null'];
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', String(loadCpu)],
    ...[...curl, ...proxy, '--write-out', '%{time_total}', url],
  ]);
  return Number(stdout);
}
