import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** Connections that broke, and answers that did not come in time. */
  readonly errors: number;
  /** Answers of 400 and above. */
  readonly refused: number;
}

/** The header with which a client names itself to a proxy; `credential` is `user:password`. */
export const proxyAuthorization = (credential: string): Readonly<Record<string, string>> => ({
  'Proxy-Authorization': `Basic ${Buffer.from(credential).toString('base64')}`,
});

/** Runs wrk for `seconds` against one port; `requestTarget` is sent as it is, so that it may be in absolute form. */
export async function load(options: {
  readonly folder: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestTarget: string;
  readonly connections: number;
  readonly seconds: number;
  readonly cpu: number;
}): Promise<Load> {
  const { folder, port, headers, requestTarget, connections, seconds, cpu } = options;
  const script = join(folder, 'load.lua');
  writeFileSync(
    script,
    `${Object.entries(headers)
      .map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}\n`)
      .join('')}local request_text
function init() request_text = wrk.format("GET", "${requestTarget}") end
function request() return request_text end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"duration":%d,"p50":%d,"p99":%d,"errors":%d,"refused":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
`,
  );
  const wrk = [
    '-c',
    String(cpu),
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    script,
    `http://127.0.0.1:${port}`,
  ];
  const { stdout } = await promisify(execFile)('taskset', wrk);
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '');
  return {
    requests: result.requests,
    requestsPerSecond: (result.requests * 1_000_000) / result.duration,
    p50Micros: result.p50,
    p99Micros: result.p99,
    errors: result.errors,
    refused: result.refused,
  };
}
