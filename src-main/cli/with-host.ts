import { ORPCError } from '@orpc/client';
import { createRouterClient } from '@orpc/server';
import { GroatError } from '../../src-shared/errors/index.ts';
import { connectControl, type HostClient } from '../base/control-client.ts';
import { createHost, homeFrom, loadConfig, operatorInside, readWhereabouts } from '../host/index.ts';
import { HostError } from './host-error.ts';
import { canReadPin, readPin } from './pin.ts';
import { realSurroundings } from './surroundings.ts';

/** A host to talk to, as its operator or, with the PIN in each call, as its owner. */
interface HostAccess {
  readonly host: HostClient;
  asOwner(pin: Buffer): { readonly host: HostClient; close(): Promise<void> };
  close(): Promise<void>;
}

/** A running host of this home, or null. */
export async function runningHost(env: NodeJS.ProcessEnv): Promise<HostAccess | null> {
  const where = readWhereabouts(homeFrom(env));
  if (where === null) return null;
  const client = connectControl(where.control);
  try {
    await client.host.host.health();
    return { ...client, asOwner: (pin) => connectControl(where.control, pin) };
  } catch (error) {
    await client.close();
    if (error instanceof ORPCError) throw error;
    return null;
  }
}

/** The same, of a host in this process: the PIN is proven at the same door. */
async function ownHost(): Promise<HostAccess> {
  const config = loadConfig({}, process.env);
  const host = await createHost(config, { demo: false, ui: null, shops: false }, realSurroundings(config, 'error'));
  return {
    host: createRouterClient(host.router, { context: operatorInside }),
    asOwner: (pin) => ({
      host: createRouterClient(host.router, {
        context: async () => {
          await host.ownerDoor(Buffer.from(pin));
          return { ...operatorInside, rank: 'owner', pinProven: true };
        },
      }),
      close: async () => undefined,
    }),
    close: () => host.stop(2_000),
  };
}

/**
 * Uses the running host; when there is none, starts one in this process for as long as `use` takes. What only the owner
 * may do is tried once more with the PIN, where there is a file of it or somebody to ask: `use` runs again from its start.
 */
export async function withHost<T>(use: (host: HostClient) => Promise<T>): Promise<T> {
  return withAccess((await runningHost(process.env)) ?? (await ownHost()), use);
}

/** As `withHost`, but a host must be running (`not-running`). */
export async function withRunningHost<T>(use: (host: HostClient) => Promise<T>): Promise<T> {
  const running = await runningHost(process.env);
  if (running === null) throw new GroatError('not-running', { home: homeFrom(process.env) });
  return withAccess(running, use);
}

async function withAccess<T>(access: HostAccess, use: (host: HostClient) => Promise<T>): Promise<T> {
  try {
    return await translated(() => use(access.host));
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'owner-required' || !canReadPin()) throw error;
    return await ownerUses(access, use);
  } finally {
    await access.close();
  }
}

async function ownerUses<T>(access: HostAccess, use: (host: HostClient) => Promise<T>): Promise<T> {
  const pin = await readPin('of this Groat');
  const owner = access.asOwner(pin);
  try {
    return await translated(() => use(owner.host));
  } finally {
    pin.fill(0);
    await owner.close();
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
