import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startHost } from './started-host.ts';
import { median, type Suite } from './suite.ts';

/** What an idle Groat takes of a person's memory. */
export const memory: Suite = {
  name: 'memory',
  about:
    'Resident memory of the whole host process (VmRSS) ten seconds after it was ready and with nothing to do: on the sandbox, and on devnet with an RPC endpoint that is not there.',
  async run({ quick, say }) {
    const rounds = quick ? 1 : 5;
    const lanes = [
      { name: 'with the sandbox', found: [] as number[], env: { GROAT_SEALING: 'keyfile' }, args: ['--rpc-port', '0'] },
      {
        name: 'without (devnet)',
        found: [] as number[],
        env: { GROAT_NETWORK: 'devnet', GROAT_RPC_URLS: 'http://127.0.0.1:1', GROAT_LOG_LEVEL: 'error' },
        args: [],
      },
    ];
    for (let round = -1; round < rounds; round++) {
      for (const { name, found, env, args } of lanes) {
        const home = mkdtempSync(join(tmpdir(), 'groat-bench-'));
        try {
          const passphrase = join(home, 'passphrase');
          writeFileSync(passphrase, 'a passphrase for a benchmark');
          chmodSync(passphrase, 0o600);
          const sealed = name.startsWith('without') ? { GROAT_PASSPHRASE_FILE: passphrase } : {};
          const host = await startHost(home, { ...env, ...sealed }, args);
          await delay(quick ? 1_000 : 10_000);
          // The first round fills the compile cache, as the first start on a machine does.
          if (round >= 0) found.push(host.residentMb());
          await host.stop();
        } finally {
          rmSync(home, { recursive: true, force: true });
        }
      }
      if (round >= 0) say(`  round ${round + 1} of ${rounds}`);
    }
    return [
      {
        title: `Idle, median of ${rounds} starts`,
        head: ['host', 'MB'],
        rows: lanes.map(({ name, found }) => [name, median(found).toFixed(0)]),
      },
    ];
  },
};
