import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectControl, type HostClient } from '../../src-main/base/control-client.ts';
import { controlSocketPath } from '../../src-main/base/control-socket.ts';
import { type HostStatus, hostStatus } from '../../src-shared/contract/index.ts';
import { type ProxiedAnswer, throughProxy } from './proxy-client.ts';
import { openStall, type Stall, type Ware } from './stall.ts';

const root = join(import.meta.dirname, '..', '..');
const groatScript = join(root, 'src-main', 'cli', 'groat.js');

/** A home of its own under the temporary folder, and an environment with nothing of this machine's settings. */
export interface ScreenHome {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** With the usual ports where they are free, or any. */
export function screenHome(ports: 'usual' | 'any' = 'any'): ScreenHome {
  const folder = mkdtempSync(join(tmpdir(), 'groat-screens-'));
  const home = join(folder, 'home');
  return {
    home,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GROAT_HOME: home,
      XDG_RUNTIME_DIR: folder,
      GROAT_SEALING: 'keyfile',
      ...(ports === 'any' ? { GROAT_PROXY_PORT: '0', GROAT_RPC_PORT: '0', GROAT_UI_PORT: '0' } : {}),
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export interface Purchase extends Partial<Ware> {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A running Groat, what a spec does to it from outside, and an agent's way to spend through its proxy. */
export interface ScreenHost {
  readonly home: string;
  readonly ready: HostStatus;
  /** The operator's, over the control socket. */
  readonly client: HostClient;
  /** The same with a PIN in each call. */
  owner(pin: string): HostClient;
  /** A one-time link as `groat ui --json` prints it. */
  link(): Promise<string>;
  /** A seller with a wallet of its own; opened when it is first asked for. */
  stall(): Promise<Stall>;
  /** Really sends a request for something with this price (0.01 without one) through the agent's proxy URL. */
  spend(proxyUrl: string, purchase?: Purchase): Promise<ProxiedAnswer>;
  stop(): Promise<void>;
}

/** `groat start` as a user runs it, in a process of its own. Rejects with what it said when it ends before it is ready. */
export async function startScreenHost(
  { home, env }: Pick<ScreenHome, 'home' | 'env'>,
  flags: readonly string[] = ['--demo'],
): Promise<ScreenHost> {
  const child = spawn(process.execPath, [groatScript, 'start', '--json', ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const said = { stdout: '', stderr: '' };
  const starting = new Promise<HostStatus>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
      const [line, more] = said.stdout.split('\n', 2);
      if (line === undefined || more === undefined) return;
      const parsed = hostStatus.safeParse(JSON.parse(line));
      if (parsed.success) resolve(parsed.data);
      else reject(new Error(`not what \`groat start --json\` promises: ${line}${said.stderr}`));
    });
    ended.then(() => reject(new Error(`groat start ended before it was ready: ${said.stdout}${said.stderr}`)), reject);
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    // What a page still listens to must not hold a test up.
    const cut = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(cut);
  };
  try {
    return attach({ home, ready: await starting, env }, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** The same for a host that runs already; `end` ends it. */
export function attach(
  { home, ready, env }: { readonly home: string; readonly ready: HostStatus; readonly env: ScreenHome['env'] },
  end: () => Promise<void>,
): ScreenHost {
  const socket = controlSocketPath(home, env);
  const operator = connectControl(socket);
  const owners = new Map<string, ReturnType<typeof connectControl>>();
  let opening: Promise<Stall> | null = null;
  const stall = () =>
    (opening ??= openStall(
      { rpcUrl: ready.rpcUrl ?? '', fund: (address, amount) => operator.host.sandbox.fund({ address, amount }) },
      'The stall',
    ));
  return {
    home,
    ready,
    client: operator.host,
    owner(pin) {
      const owner = owners.get(pin) ?? connectControl(socket, Buffer.from(pin));
      owners.set(pin, owner);
      return owner.host;
    },
    async link() {
      const child = spawn(process.execPath, [groatScript, 'ui', '--json'], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await once(child, 'close');
      return String(JSON.parse(said).url);
    },
    stall,
    async spend(proxyUrl, { path = '/v1/thing', price = '0.01', description, manner, method, headers, body } = {}) {
      const url = (await stall()).sell(path, {
        price,
        ...(description === undefined ? {} : { description }),
        ...(manner === undefined ? {} : { manner }),
      });
      return throughProxy(proxyUrl, url, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }), ...headers },
        ...(body === undefined ? {} : { body }),
      });
    },
    async stop() {
      await (await opening)?.close();
      await Promise.all([operator, ...owners.values()].map((one) => one.close()));
      await end();
    },
  };
}
