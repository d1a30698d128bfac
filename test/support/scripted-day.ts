import { setTimeout as delay } from 'node:timers/promises';
import type { HostClient } from '../../src-main/base/control-client.ts';
import { type ProxiedAnswer, throughProxy } from './proxy-client.ts';
import { openStall, type Stall } from './stall.ts';

/** The owner's PIN of every scripted home. */
export const scriptedPin = 'correct horse battery';

/** A host that the script is played on. */
export interface Stage {
  readonly client: HostClient;
  /** The same host with the owner's rank. */
  readonly owner: HostClient;
  readonly rpcUrl: string;
}

/** Three agents and a part that one of them handed on; their proxy URLs with credentials. */
export type Cast = Readonly<Record<Agent, string>>;
type Agent = 'research' | 'shopper' | 'build-bot' | 'research-digest';

interface Good {
  readonly at: keyof typeof places;
  readonly path: string;
  readonly price: string;
  readonly method: 'GET' | 'POST';
  readonly what: string;
}

/** Where the sellers wish to listen: the same addresses in every run, as long as they are free. */
const places = { search: 4101, weather: 4102, embeddings: 4103, images: 4104, prices: 4105, translate: 4106 } as const;

const goods = {
  web: { at: 'search', path: '/v1/search', price: '0.005', method: 'GET', what: 'Web search, ten results' },
  news: { at: 'search', path: '/v1/news', price: '0.008', method: 'GET', what: 'News of the last 24 hours' },
  papers: { at: 'search', path: '/v1/papers', price: '0.05', method: 'GET', what: 'Full text of a paper' },
  forecast: { at: 'weather', path: '/v1/forecast', price: '0.001', method: 'GET', what: 'Forecast for one place' },
  climate: { at: 'weather', path: '/v1/history', price: '0.012', method: 'GET', what: 'Thirty years for one place' },
  embed: { at: 'embeddings', path: '/v1/embeddings', price: '0.002', method: 'POST', what: 'Embeddings, 1k tokens' },
  rerank: { at: 'embeddings', path: '/v1/rerank', price: '0.004', method: 'POST', what: 'Rerank up to 100 texts' },
  picture: { at: 'images', path: '/v1/images', price: '0.04', method: 'POST', what: 'One picture, 1024 × 1024' },
  poster: { at: 'images', path: '/v1/images/hd', price: '0.4', method: 'POST', what: 'One picture, 4096 × 4096' },
  product: { at: 'prices', path: '/v1/products', price: '0.015', method: 'GET', what: 'One product, all its offers' },
  history: { at: 'prices', path: '/v1/price-history', price: '0.09', method: 'GET', what: 'Two years of a price' },
  translate: {
    at: 'translate',
    path: '/v1/translate',
    price: '0.01',
    method: 'POST',
    what: 'Translation, 1k characters',
  },
} as const satisfies Record<string, Good>;
type GoodName = keyof typeof goods;

/** What each agent usually buys; a name that comes twice is bought twice as often. */
const habits: Readonly<Record<Agent, readonly GoodName[]>> = {
  research: ['web', 'web', 'papers', 'news', 'papers', 'embed', 'climate', 'rerank'],
  shopper: ['product', 'product', 'history', 'poster', 'web', 'forecast', 'picture', 'history'],
  'build-bot': ['embed', 'embed', 'rerank', 'picture', 'picture', 'poster', 'picture', 'forecast'],
  'research-digest': ['news', 'web', 'embed'],
};

/** How many purchases on each of the days up to today, oldest first. */
const perDay: Readonly<Record<Agent, readonly number[]>> = {
  research: [3, 5, 2, 1, 5, 6, 5, 7, 6, 2, 1, 6, 8, 16],
  shopper: [0, 0, 0, 3, 2, 3, 5, 2, 4, 7, 6, 2, 4, 9],
  'build-bot': [4, 2, 0, 0, 6, 5, 8, 6, 7, 0, 1, 5, 9, 14],
  'research-digest': [0, 0, 0, 0, 0, 0, 2, 2, 3, 1, 1, 2, 3, 6],
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
export const pastDays = perDay.research.length - 1;

/** The street of sellers, open. The same sellers when it is opened again. */
export interface Street {
  readonly stalls: Readonly<Record<keyof typeof places, Stall>>;
  close(): Promise<void>;
}

export async function openStreet({ client, rpcUrl }: Stage): Promise<Street> {
  const fund = (address: string, amount: string) => client.sandbox.fund({ address, amount });
  const open = (name: keyof typeof places) => openStall({ rpcUrl, fund }, name, places[name]);
  const stalls = {
    search: await open('search'),
    weather: await open('weather'),
    embeddings: await open('embeddings'),
    images: await open('images'),
    prices: await open('prices'),
    translate: await open('translate'),
  };
  for (const { at, path, price, what } of Object.values(goods)) stalls[at].sell(path, { price, description: what });
  return {
    stalls,
    async close() {
      await Promise.all(Object.values(stalls).map((stall) => stall.close()));
    },
  };
}

/** A PIN, three agents with limits of their own, and a part handed on. */
export async function castAgents({ client, owner }: Stage): Promise<Cast> {
  await client.owner.setPin({ pin: scriptedPin });
  const research = await client.agents.add({ agent: 'research', perPayment: '0.1', perDay: '2', holdMs: 0 });
  const shopper = await client.agents.add({
    agent: 'shopper',
    perPayment: '0.5',
    perDay: '3',
    askAbove: '0.08',
    holdMs: 0,
  });
  const build = await client.agents.add({ agent: 'build-bot', perPayment: '0.25', perDay: '1', holdMs: 0 });
  const digest = await client.agents.delegate({
    from: 'research',
    agent: 'research-digest',
    perPayment: '0.01',
    perDay: '0.05',
    holdMs: 0,
  });
  await owner.policy.set({ subject: 'desk', perDay: '5', perMonth: '60' });
  return {
    research: research.proxyUrl,
    shopper: shopper.proxyUrl,
    'build-bot': build.proxyUrl,
    'research-digest': digest.proxyUrl,
  };
}

/**
 * The days before and today up to a few minutes ago. `goTo` sets the host's clock, which must never be set back; `now` is when
 * the script ends.
 */
export async function playPast(
  stage: Stage,
  street: Street,
  cast: Cast,
  { now, goTo }: { readonly now: number; readonly goTo: (at: number) => void },
): Promise<void> {
  const pay = buyer(street, cast);
  const buy = async (agent: Agent, good: GoodName, serial: number): Promise<ProxiedAnswer> => {
    const answer = await pay(agent, good, serial);
    // Else the next purchase's time would be when this one was settled.
    const order = answer.headers['groat-order'];
    if (typeof order === 'string') await closed(stage.client, order);
    return answer;
  };
  const { weather } = street.stalls;
  let asked = 0;
  for (const { at, agent, good, serial } of purchases(now)) {
    goTo(at);
    // The weather is free to fail once in a while.
    const { path, price, what } = goods.climate;
    weather.sell(path, { price, description: what, manner: serial % 4 === 0 ? 'fails' : 'honest' });
    const answer = await buy(agent, good, serial);
    const approval = answer.headers['groat-approval'];
    if (answer.headers['groat-decision'] !== 'deferred' || typeof approval !== 'string') continue;
    // The owner looks a little later: mostly yes, once no, and once not at all.
    goTo(at + 90_000);
    asked += 1;
    if (asked === saidNoTo) await stage.client.approvals.deny({ id: approval });
    else if (asked !== leftAlone) {
      await stage.owner.approvals.approve({ id: approval, scope: 'once' });
      goTo(at + 100_000);
      await buy(agent, good, serial);
    }
  }
}

/** The how manieth question it is. */
const [saidNoTo, leftAlone] = [3, 5];

async function closed(client: HostClient, id: string): Promise<void> {
  while (!closedStates.has((await client.orders.get({ id })).state)) await delay(5);
}
const closedStates: ReadonlySet<string> = new Set(['settled', 'released', 'failed']);

/** What the last minutes left behind. */
export interface LastMinutes {
  /** Waits for the owner, with a body to look at. */
  readonly approval: string;
  /** Its fate is not known, for a minute; then the chain says that it can no longer land. */
  readonly unknown: string;
  /** A payment as they should be. */
  readonly settled: string;
}

/** The last minutes, on a host whose clock is right: purchases, a question that waits, a breaker that opens, a lost answer. */
export async function playNow(street: Street, cast: Cast): Promise<LastMinutes> {
  const buy = buyer(street, cast);
  const { translate } = street.stalls;
  const { at: _at, path, price, what } = goods.translate;
  translate.sell(path, { price, description: what, manner: 'fails' });
  // One more than the origin's breaker takes: the last one is refused by it.
  for (let serial = 0; serial < 6; serial += 1) await buy('research', 'translate', 9_000 + serial);
  for (const [serial, [agent, good]] of (
    [
      ['research', 'web'],
      ['shopper', 'product'],
      ['build-bot', 'poster'],
      ['build-bot', 'embed'],
      ['research-digest', 'news'],
      ['research', 'papers'],
    ] as const
  ).entries())
    await buy(agent, good, 9_100 + serial);
  const settled = await buy('research', 'climate', 9_199);
  const asked = await buy('shopper', 'poster', 9_200);
  const approval = asked.headers['groat-approval'];
  const unknown = await loseAnswer(street, cast);
  const order = settled.headers['groat-order'];
  if (typeof approval !== 'string') throw new Error(`the poster was not asked about: ${asked.status} ${asked.body}`);
  if (typeof order !== 'string') throw new Error(`nothing was paid: ${settled.status} ${settled.body}`);
  return { approval, unknown, settled: order };
}

/** One more payment whose fate is not known: its seller keeps it and hangs up. Answers the order's id. */
export async function loseAnswer({ stalls: { images } }: Street, cast: Cast): Promise<string> {
  const { path, price, what } = goods.picture;
  const url = images.sell(path, { price, description: what, manner: 'keeps' });
  const lost = await throughProxy(cast['build-bot'], url, requestOf('picture', 9_300));
  images.sell(path, { price, description: what });
  const order = lost.headers['groat-order'];
  if (typeof order !== 'string') throw new Error(`no payment was lost: ${lost.status} ${lost.body}`);
  return order;
}

function buyer({ stalls }: Street, cast: Cast) {
  return (agent: Agent, name: GoodName, serial: number): Promise<ProxiedAnswer> => {
    const good = goods[name];
    const query = good.method === 'GET' ? `?q=${serial}` : '';
    return throughProxy(cast[agent], `${stalls[good.at].origin}${good.path}${query}`, requestOf(name, serial));
  };
}

function requestOf(name: GoodName, serial: number) {
  const { method } = goods[name];
  if (method === 'GET') return { method };
  const body = JSON.stringify(bodies[name] ?? { input: `text ${serial}` }, null, 2);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  return { method, body, headers };
}

const bodies: Partial<Record<GoodName, object>> = {
  poster: {
    prompt: 'Product photo of a hand-thrown stoneware mug on a slate table, soft window light, 85 mm',
    size: '4096x4096',
    style: 'natural',
    seed: 271_828,
  },
  picture: { prompt: 'Icon of a harbour crane, flat, two colours', size: '1024x1024' },
};

interface Purchase {
  readonly at: number;
  readonly agent: Agent;
  readonly good: GoodName;
  readonly serial: number;
}

/** Oldest first, at least three minutes apart, and none in the last ten minutes: the same ones in every run. */
function purchases(now: number): readonly Purchase[] {
  const chance = seeded(20_261_120);
  const wished = (Object.keys(perDay) as Agent[]).flatMap((agent) =>
    perDay[agent].flatMap((count, day) =>
      Array.from({ length: count }, (_, index) => {
        const habit = habits[agent];
        const good = habit[Math.floor(chance() * habit.length)] ?? 'web';
        // Over the 16 hours of each day that a person or their jobs are awake.
        const hour = ((index + chance()) / count) * 16;
        const agoMs = (pastDays - day) * dayMs + hour * 60 * minuteMs + 10 * minuteMs;
        return { at: now - Math.round(agoMs), agent, good };
      }),
    ),
  );
  let last = 0;
  return wished
    .sort((one, other) => one.at - other.at)
    .map((purchase, serial) => {
      last = Math.max(purchase.at, last + 3 * minuteMs);
      return { ...purchase, at: Math.min(last, now - 5 * minuteMs), serial };
    });
}

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
