import { ORPCError } from '@orpc/client';
import { createRouterClient } from '@orpc/server';
import { GroatError } from '../../src-shared/errors/index.ts';
import { connectControl, type HostClient } from '../base/control-client.ts';
import { createHost, homeFrom, loadConfig, readWhereabouts } from '../host/index.ts';
import { HostError } from './host-error.ts';
import { realSurroundings } from './surroundings.ts';

/** A running host of this home, or null. */
export async function runningHost(
  env: NodeJS.ProcessEnv,
): Promise<{ host: HostClient; close(): Promise<void> } | null> {
  const where = readWhereabouts(homeFrom(env));
  if (where === null) return null;
  const client = connectControl(where.control);
  try {
    await client.host.host.health();
    return client;
  } catch (error) {
    await client.close();
    if (error instanceof ORPCError) throw error;
    return null;
  }
}

/** Uses the running host; when there is none, starts one in this process for as long as `use` takes. */
export async function withHost<T>(use: (host: HostClient) => Promise<T>): Promise<T> {
  const running = await runningHost(process.env);
  if (running !== null) {
    try {
      return await translated(() => use(running.host));
    } finally {
      await running.close();
    }
  }
  const config = loadConfig({}, process.env);
  const host = await createHost(config, { demo: false }, realSurroundings(config, 'error'));
  try {
    return await translated(() => use(createRouterClient(host.router, { context: { rank: 'operator' } })));
  } finally {
    await host.stop(2_000);
  }
}

/** As `withHost`, but a host must be running (`not-running`). */
export async function withRunningHost<T>(use: (host: HostClient) => Promise<T>): Promise<T> {
  const running = await runningHost(process.env);
  if (running === null) throw new GroatError('not-running', { home: homeFrom(process.env) });
  try {
    return await translated(() => use(running.host));
  } finally {
    await running.close();
  }
}

/** Errors of the contract come back with the host's own two sentences. */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ORPCError ? new HostError(error) : error;
  }
}
