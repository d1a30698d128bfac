import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getBase58Decoder } from '@solana/codecs-strings';
import { systemClock } from '../src-main/base/clock.ts';
import { exportJsonl, headMessage } from '../src-main/log/index.ts';
import { openStore } from '../src-main/store/index.ts';
import { foundDesk } from './desk.ts';
import { seedOrders } from './seed-orders.ts';
import { median, type Suite } from './suite.ts';

/** An offline check of a long log: how long, and in how much memory. */
export const logVerify: Suite = {
  name: 'log',
  about:
    '`groat log verify FILE --key … --network sandbox` of an export of 1 000 000 entries, as a process of its own from its start to its end: wall time and peak resident memory (VmHWM).',
  async run({ quick, say }) {
    const rounds = quick ? 1 : 5;
    const root = mkdtempSync(join(process.cwd(), '.bench-'));
    try {
      const database = join(root, 'groat.db');
      await foundDesk(database, ['bench']);
      seedOrders(database, ['bench'], quick ? 10_000 : 500_000);
      const file = join(root, 'log.jsonl');
      const { key, entries } = await exported(database, file);
      const times: number[] = [];
      const peaks: number[] = [];
      for (let round = 0; round < rounds; round++) {
        say(`  round ${round + 1} of ${rounds}`);
        const { seconds, peakMb } = await verify(file, key, root);
        times.push(seconds);
        peaks.push(peakMb);
      }
      const size = `${Math.round(statSync(file).size / 1e6)} MB`;
      return [
        {
          title: `Offline verification, median of ${rounds} rounds`,
          head: ['entries', 'file', 'seconds', 'peak MB'],
          rows: [[String(entries), size, median(times).toFixed(1), median(peaks).toFixed(0)]],
        },
      ];
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

async function exported(database: string, file: string): Promise<{ key: string; entries: number }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = getBase58Decoder().decode(publicKey.export({ type: 'spki', format: 'der' }).subarray(12));
  const store = openStore(database, 'sandbox', systemClock);
  const head = { ...store.log.head(), network: 'sandbox' };
  const signature = getBase58Decoder().decode(sign(null, Buffer.from(headMessage(head)), privateKey));
  await pipeline(Readable.from(exportJsonl(store.log, { ...head, key, signature })), createWriteStream(file));
  await store.close();
  return { key, entries: head.count };
}

function verify(file: string, key: string, home: string): Promise<{ seconds: number; peakMb: number }> {
  const script = join(import.meta.dirname, '..', 'src-main', 'cli', 'groat.js');
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [script, 'log', 'verify', file, '--key', key, '--network', 'sandbox', '--json'],
    {
      env: { PATH: process.env['PATH'], GROAT_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let peakMb = 0;
  const watch = setInterval(() => {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    if (match !== null) peakMb = Math.max(peakMb, Number(match[1]) / 1024);
  }, 20);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('exit', () => clearInterval(watch));
    child.on('close', () => {
      if (!said.includes('"ok":true')) reject(new Error(`not whole: ${said}`));
      else resolve({ seconds: (performance.now() - start) / 1000, peakMb });
    });
  });
}
