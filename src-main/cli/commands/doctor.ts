import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { systemRandom } from '../../base/random.ts';
import { homeFrom, keychainProblem, loadConfig, portHolder, systemKeychain } from '../../host/index.ts';
import { green, type Output, Refused, red, yellow } from '../output.ts';
import { logFile } from '../surroundings.ts';
import { runningHost } from '../with-host.ts';

interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'note' | 'bad';
  readonly detail: string;
}

/** Changes nothing. Exit 1 when something keeps Groat from running. */
export async function doctor(output: Output): Promise<void> {
  const findings = await examine();
  const ok = findings.every(({ verdict }) => verdict !== 'bad');
  output.result({ ok, findings }, () =>
    findings.map(({ check, verdict, detail }) => `${mark[verdict]()}  ${check.padEnd(11)} ${detail}`).join('\n'),
  );
  if (!ok) throw new Refused();
}

const mark: Readonly<Record<Finding['verdict'], () => string>> = {
  ok: () => green('ok  '),
  note: () => yellow('note'),
  bad: () => red('bad '),
};

async function examine(): Promise<readonly Finding[]> {
  const home = homeFrom(process.env);
  const running = await runningHost(process.env);
  const status = running === null ? null : await running.host.host.status();
  await running?.close();
  return [
    { check: 'node', verdict: 'ok', detail: `${process.versions.node} on ${process.platform} ${process.arch}` },
    homeFinding(home),
    configFinding(),
    status === null
      ? { check: 'host', verdict: 'note', detail: 'not running; start it with `groat start`' }
      : {
          check: 'host',
          verdict: 'ok',
          detail: `process ${status.pid} on the ${status.mode}, proxy ${status.proxyUrl}`,
        },
    ...(status === null ? await portFindings() : []),
    await keychainFinding(),
    {
      check: 'https',
      verdict: 'note',
      detail: 'tunnelled unseen for now: only http answers are paid through the proxy; `groat pay` sees both',
    },
    { check: 'log', verdict: 'ok', detail: logFile(home) },
  ];
}

function homeFinding(home: string): Finding {
  if (!existsSync(home)) return { check: 'home', verdict: 'ok', detail: `${home} (will be made)` };
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return {
      check: 'home',
      verdict: 'bad',
      detail: `${home} cannot be written; give it to your user or set GROAT_HOME`,
    };
  }
  const open = process.platform !== 'win32' && (statSync(home).mode & 0o077) !== 0;
  return open
    ? { check: 'home', verdict: 'note', detail: `${home} can be read by others; mend it with chmod 700` }
    : { check: 'home', verdict: 'ok', detail: home };
}

function configFinding(): Finding {
  try {
    const config = loadConfig({}, process.env);
    return { check: 'settings', verdict: 'ok', detail: `network ${config.network}, keys sealed by ${config.sealing}` };
  } catch (error) {
    return { check: 'settings', verdict: 'bad', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function portFindings(): Promise<readonly Finding[]> {
  const wishes = [
    [14_020, '--proxy-port'],
    [14_022, '--rpc-port'],
  ] as const;
  return Promise.all(
    wishes.map(
      async ([port, flag]): Promise<Finding> =>
        (await isTaken(port))
          ? {
              check: `port ${port}`,
              verdict: 'note',
              detail: `taken by ${portHolder(port)}; Groat will use a free one (${flag} chooses)`,
            }
          : { check: `port ${port}`, verdict: 'ok', detail: 'free' },
    ),
  );
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function keychainFinding(): Promise<Finding> {
  const problem = await keychainProblem(systemKeychain(5_000), systemRandom);
  return problem === null
    ? { check: 'keychain', verdict: 'ok', detail: 'answers' }
    : {
        check: 'keychain',
        verdict: 'note',
        detail: `not usable (${problem}); a passphrase or, on the sandbox, a key file seals the wallet`,
      };
}
