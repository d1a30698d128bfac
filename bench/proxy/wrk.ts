import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** Answers that were not 2xx, and connections that broke. */
  readonly errors: number;
}

/** Runs wrk for `seconds` against one port; `requestTarget` is sent as it is, so that it may be in absolute form. */
export async function load(options: {
  readonly folder: string;
  readonly port: number;
  readonly credential: string;
  readonly requestTarget: string;
  readonly connections: number;
  readonly seconds: number;
  readonly cpu: number;
}): Promise<Load> {
  const { folder, port, credential, requestTarget, connections, seconds, cpu } = options;
  const script = join(folder, 'load.lua');
  writeFileSync(
    script,
    `wrk.headers["Proxy-Authorization"] = "Basic ${Buffer.from(credential).toString('base64')}"
local request_text
function init() request_text = wrk.format("GET", "${requestTarget}") end
function request() return request_text end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"duration":%d,"p50":%d,"p99":%d,"errors":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
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
  };
}
