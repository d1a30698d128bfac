import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from '../started-host.ts';

/**
 * A whole host on the sandbox, ledger and all, started as a user starts it, with one agent. Prints its proxy's port, the
 * agent's credential, and the process to measure.
 */
const home = mkdtempSync(join(tmpdir(), 'groat-bench-'));
const host = await startHost(home, { GROAT_SEALING: 'keyfile' }, ['--rpc-port', '0']);
const { proxyUrl } = await host.host.agents.add({ agent: 'bench' });
const { port, username, password } = new URL(proxyUrl);
console.log(JSON.stringify({ port: Number(port), credential: `${username}:${password}`, pid: host.ready.pid }));
process.on('SIGTERM', () => {
  void host.stop().then(() => {
    rmSync(home, { recursive: true, force: true });
    process.exit(0);
  });
});
