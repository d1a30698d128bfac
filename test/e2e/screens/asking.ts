import { type Atomic, parseDecimal } from '../../../src-shared/model/index.ts';
import { type ProxiedAnswer, throughProxy } from '../../support/proxy-client.ts';
import type { Purchase } from '../../support/screen-host.ts';
import { expect, type ScreenHost } from './fixture.ts';

/** What an agent has to ask about. */
export const poster: Purchase = { path: '/v1/poster', price: '0.1' };

/** An agent that must ask above five cents, and by default waits for the answer; its proxy URL. */
export async function asker(host: ScreenHost, agent: string, { holdMs = 30_000 } = {}): Promise<string> {
  const limits = { perPayment: '1', perDay: '5', askAbove: '0.05', holdMs };
  return (await host.client.agents.add({ agent, ...limits })).proxyUrl;
}

/** A request that made a question. */
export interface Asked {
  /** The question's. */
  readonly id: string;
  /** What the agent gets in the end. Rejects where it hung up. */
  readonly answer: Promise<ProxiedAnswer>;
  hangUp(): void;
}

/** Really asks for something, and resolves once its question waits for the owner. */
export async function ask(
  host: ScreenHost,
  proxyUrl: string,
  { path = '/v1/thing', price = '0.1', description, headers, body }: Purchase,
): Promise<Asked> {
  const before = await waitingIds(host);
  const { sell, origin } = await host.stall();
  // As a server reads it, whatever the agent writes.
  sell(new URL(path, origin).pathname, { price, ...(description === undefined ? {} : { description }) });
  const gone = new AbortController();
  const answer = throughProxy(proxyUrl, `${origin}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }), ...headers },
    ...(body === undefined ? {} : { body }),
    signal: gone.signal,
  });
  // Whoever looks at it later is told all the same.
  answer.catch(() => undefined);
  const asked = async () => (await waitingIds(host)).find((id) => !before.includes(id));
  await expect.poll(asked, { message: 'the question of a request' }).toBeDefined();
  return { id: (await asked()) ?? '', answer, hangUp: () => gone.abort() };
}

export async function waitingIds(host: ScreenHost): Promise<readonly string[]> {
  return (await host.client.approvals.list({ state: 'waiting' })).map(({ id }) => id);
}

/** The sums of all payments that there ever were. */
export async function paidOrders(host: ScreenHost): Promise<readonly string[]> {
  return (await host.client.orders.list({})).map(({ amount }) => amount);
}

/** What the agents' wallet holds on the chain. */
export async function onChain(host: ScreenHost): Promise<Atomic> {
  return parseDecimal((await host.client.wallet.balance()).onChain, 6);
}
