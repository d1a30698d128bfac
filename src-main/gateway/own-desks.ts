import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Till } from '../payments/index.ts';
import { answerJson, answerWhole, problems } from './answers.ts';
import type { BuyerHead } from './buyer-head.ts';
import { listResources, type ResourceList } from './discovery.ts';
import type { CreditDesk } from './prepaid/credit-desk.ts';
import type { PriceTable } from './price-table.ts';
import type { ShopMetrics } from './shop-metrics.ts';
import type { ShopPlan } from './shop-plan.ts';
import { addressKey } from './token-buckets.ts';
import type { OwnDesk, ShopFloor, Visit } from './visit.ts';

export interface OwnDesksDeps {
  readonly plan: ShopPlan;
  readonly table: PriceTable;
  readonly till: Till;
  readonly credits: CreditDesk | null;
  readonly quote: ShopFloor['quote'];
  readonly origin: (head: BuyerHead) => string;
  readonly spell: (amount: bigint) => string;
  readonly clock: Clock;
  readonly metrics: ShopMetrics | null;
  readonly metricsToken: string | null;
}

const listedMs = 5000;
/** One more than a purchase may have, so that what is too long is seen to be. */
const purchaseBytes = 8 * 1024 + 1;

/**
 * The paths at which a shop speaks for itself: health, figures, what it sells, credit. One that the seller's price table
 * names is the upstream's.
 */
export function createOwnDesks(deps: OwnDesksDeps): ShopFloor['ownDesk'] {
  const { plan, credits, metrics } = deps;
  const desks = new Map<string, OwnDesk>([
    ['/health', reading((visit) => answerJson(visit.response, 200, { status: 'ok' }))],
    ['/.well-known/x402', reading(resourceDesk(deps))],
    ['/metrics', reading(metricsDesk(deps))],
  ]);
  if (metrics === null) desks.delete('/metrics');
  for (const { path } of plan.routes) desks.delete(path);
  const creditDesk = credits === null ? null : prepaidDesk(credits);
  return (method, text) => {
    if (creditDesk !== null && text.startsWith('/prepaid/')) return creditDesk;
    const desk = desks.get(text);
    return desk === undefined || (method !== 'GET' && method !== 'HEAD') ? null : desk;
  };
}

const reading =
  (desk: OwnDesk): OwnDesk =>
  (visit, head, path) => {
    visit.request.resume();
    desk(visit, head, path);
  };

function resourceDesk({ plan, table, till, quote, origin, spell, clock }: OwnDesksDeps): OwnDesk {
  let listed: { readonly origin: string; readonly at: number; readonly list: ResourceList } | null = null;
  return (visit, head) => {
    const here = origin(head);
    const now = clock.monotonic();
    if (listed === null || listed.origin !== here || now - listed.at > listedMs) {
      const shop = { name: plan.name, description: plan.description, origin: here };
      listed = {
        origin: here,
        at: now,
        list: listResources(table.routes, shop, till.demand, quote, ({ price }) => spell(price)),
      };
    }
    answerJson(visit.response, 200, listed.list);
  };
}

function metricsDesk({ metrics, metricsToken }: OwnDesksDeps): OwnDesk {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = metricsToken === null ? null : digest(`Bearer ${metricsToken}`);
  return (visit, head) => {
    if (metrics === null || wanted === null || !timingSafeEqual(digest(head.authorization), wanted)) {
      visit.refuse(problems.notFound());
      return;
    }
    metrics
      .page()
      .then(({ type, text }) => answerWhole(visit.response, 200, ['Cache-Control', 'no-store'], type, text))
      .catch(() => visit.refuse(problems.internal()));
  };
}

function prepaidDesk(credits: CreditDesk): OwnDesk {
  const answer = async ({ request, response, method }: Visit, text: string): Promise<void> => {
    const body = await bodyOf(request, purchaseBytes);
    if (body === null) return;
    const address = addressKey(request.socket.remoteAddress);
    const said = await credits.answer({ method, path: text, body, address });
    if (response.closed) return;
    const extra = Object.entries(said.headers ?? {}).flat();
    answerJson(response, said.status, said.body, ['Cache-Control', 'no-store', ...extra]);
  };
  return (visit, _head, path) => {
    if (visit.expects) visit.response.writeContinue();
    answer(visit, path.text).catch(() => {
      if (!visit.response.headersSent) visit.refuse(problems.unavailable());
    });
  };
}

/** At most `limit` bytes of it; the rest is read and dropped. Null: the buyer left in the middle. */
function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      if (size < limit) chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) resolve(Buffer.concat(chunks).subarray(0, limit));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).subarray(0, limit)));
    request.on('close', () => resolve(null));
    request.on('error', () => resolve(null));
  });
}
