import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { onTestFinished } from 'vitest';
import { connectControl, type HostClient } from '../../src-main/base/control-client.ts';
import { readWhereabouts } from '../../src-main/host/index.ts';
import type { Remote } from './electron-double.ts';
import { freshHome } from './test-host.ts';

const root = join(import.meta.dirname, '..', '..');
/** Set by a run that has built the app, to try the bundle instead of the source. */
export const builtMain = join(root, 'dist', 'main', 'main.js');
export const sourceMain = join(root, 'src-main', 'app', 'main.ts');

type Answer<N extends keyof Remote> = Awaited<ReturnType<Remote[N]>>;
export type AppState = ReturnType<Remote['state']>;

export interface Ended {
  readonly code: number | null;
  readonly dialogs: readonly string[];
  readonly calls: readonly string[];
}

export interface DoubledApp {
  readonly home: string;
  readonly pid: number | undefined;
  do<N extends keyof Remote>(name: N, ...args: Parameters<Remote[N]>): Promise<Answer<N>>;
  /** Asks again until `holds` says so. */
  until(holds: (state: AppState) => boolean, what: string): Promise<AppState>;
  /** As a screen talks to the host, over a port that the page of this window was given. */
  page(port: number): { readonly client: HostClient; readonly closed: Promise<void> };
  /** The host over its control socket. */
  control(): HostClient;
  readonly ended: Promise<Ended>;
  kill(): Promise<void>;
}

export interface DoubledAppOptions {
  readonly home?: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly main?: string;
  /** It outlives the test that starts it; who starts it kills it. */
  readonly lasting?: boolean;
}

/** The shell under Node with the double of Electron: a process of its own, ended with the test. */
export async function startDoubledApp(options: DoubledAppOptions = {}): Promise<DoubledApp> {
  const home = options.home ?? freshHome();
  const child = fork(options.main ?? sourceMain, [...(options.args ?? [])], {
    cwd: root,
    execArgv: ['--import', join(import.meta.dirname, 'electron-register.mjs')],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      GROAT_HOME: home,
      GROAT_SEALING: 'keyfile',
      GROAT_PROXY_PORT: '0',
      GROAT_RPC_PORT: '0',
      XDG_RUNTIME_DIR: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      ...options.env,
    },
  });
  let said = '';
  child.stderr?.on('data', (bytes) => {
    said += String(bytes);
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const portListeners = new Map<number, (message: { data?: unknown; closed?: true }) => void>();
  let last: Ended | null = null;
  child.on('message', (message: Record<string, unknown>) => {
    if ('exit' in message) last = { code: Number(message['exit']), ...lists(message) };
    else if ('port' in message) portListeners.get(Number(message['port']))?.(message);
    else {
      const answer = waiting.get(Number(message['id']));
      waiting.delete(Number(message['id']));
      if ('error' in message) answer?.reject(new Error(String(message['error'])));
      else answer?.resolve(message['value']);
    }
  });
  const exited = once(child, 'exit').then(([code]): Ended => {
    for (const answer of waiting.values()) answer.reject(new Error(`the app has ended\n${said}`));
    return { dialogs: [], calls: [], ...last, code: code === null ? null : Number(code) };
  });
  let next = 1;
  const app: DoubledApp = {
    home,
    pid: child.pid,
    do(name, ...args) {
      const id = next++;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      child.send({ id, name, args }, (error) => {
        if (error !== null) answer.reject(error);
      });
      return answer.promise as Promise<Answer<typeof name>>;
    },
    async until(holds, what) {
      for (let tries = 0; tries < 600; tries++) {
        const state = (await app.do('state')) as AppState;
        if (holds(state)) return state;
        await delay(25);
      }
      throw new Error(`it never came to this: ${what}\n${JSON.stringify(await app.do('state'), null, 1)}\n${said}`);
    },
    page(port) {
      const closed = Promise.withResolvers<void>();
      let onMessage: (event: { data: unknown }) => void = () => undefined;
      let onClose: () => void = () => undefined;
      portListeners.set(port, (message) => {
        if (message.closed) {
          onClose();
          closed.resolve();
        } else onMessage({ data: message.data });
      });
      const link = new RPCLink({
        port: {
          postMessage: (data: unknown) => void app.do('post', port, data),
          on: (event: string, listener: (event?: { data: unknown }) => void) => {
            if (event === 'close') onClose = listener;
            else onMessage = listener;
          },
        },
      });
      return { client: createORPCClient(link), closed: closed.promise };
    },
    control() {
      const where = readWhereabouts(home);
      if (where === null) throw new Error('no host has announced itself');
      const { host, close } = connectControl(where.control);
      onTestFinished(close);
      return host;
    },
    ended: exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  if (options.lasting !== true) onTestFinished(() => app.kill());
  return app;
}

/** The same with its host running and its window open. */
export async function startReadyApp(options: DoubledAppOptions = {}): Promise<DoubledApp> {
  const app = await startDoubledApp(options);
  await Promise.race([
    app.until(({ tray }) => tray?.tooltip.includes('balance') === true, 'the tray shows the balance'),
    app.ended.then(({ dialogs }) => Promise.reject(new Error(`it ended at start: ${dialogs.join()}`))),
  ]);
  return app;
}

export const isBuilt = (): boolean => existsSync(builtMain);

const lists = (message: Record<string, unknown>) => ({
  dialogs: message['dialogs'] as string[],
  calls: message['calls'] as string[],
});
