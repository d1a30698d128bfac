import type { CreditView, PendingPurchase, Renewal } from '../../../src-shared/contract/index.ts';
import { answerHint } from '../approval-text.ts';
import { bold, clockTime, dim, green, inert, type Output, Refused, red, table, yellow } from '../output.ts';
import { withHost } from '../with-host.ts';

export async function packages(url: string, output: Output): Promise<void> {
  const offer = await withHost((host) => host.prepaid.packages({ url }));
  output.result(offer, () => {
    const rows = offer.packages.map(({ id, name, calls, days, price }) => [
      id,
      name,
      String(calls),
      String(days),
      `$${price}`,
    ]);
    const each = offer.perCall === null ? '' : `, and $${offer.perCall} for a call by itself`;
    return `${table(['package', 'name', 'calls', 'days', 'price'], rows, [2, 3, 4])}\n${dim(`paid to ${inert(offer.sellerAddress)}${each}`)}`;
  });
}

export interface BuyOptions {
  readonly agent: string;
  readonly form: 'groat' | 'ag402';
  readonly upTo?: string;
}

/** Exit 0 where the credit is here; 1 where it was refused, or where it is still being looked up. */
export async function buy(
  url: string,
  wanted: string,
  { agent, form, upTo }: BuyOptions,
  output: Output,
): Promise<void> {
  const terms = upTo === undefined ? {} : { terms: { upTo } };
  const result = await withHost((host) => host.prepaid.buy({ url, package: wanted, agent, form, ...terms }));
  output.result(result, () => {
    switch (result.outcome) {
      case 'bought': {
        const { id, calls, price, expiresAt } = result.credit;
        return `${green('bought')} ${bold(`${calls} calls`)} for $${price}, until ${clockTime(expiresAt)} UTC\n${dim(`credit ${id}, order ${result.order.id}`)}`;
      }
      case 'pending':
        return `${yellow('not here yet')}: ${pendingLine(result.purchase)}\n${dim('Groat goes on asking; see `groat prepaid pending`. Do not buy it again: that would only ask too.')}`;
      case 'refused': {
        const why = `${inert(result.detail)} (${result.reason})`;
        if (result.approval === null) return `${red(result.decision)}: ${why}`;
        return `${yellow(result.decision)}: ${why}\nYou can ${answerHint(result.approval)}; then buy again.`;
      }
    }
  });
  if (result.outcome !== 'bought') throw new Refused();
}

export async function status(output: Output): Promise<void> {
  const found = await withHost((host) => host.prepaid.status());
  output.result(found, () => {
    const credits = found.credits.length === 0 ? 'No prepaid credit.' : creditsTable(found.credits);
    const waiting = found.pending.map((one) => `\n${yellow('pending')}  ${pendingLine(one)}`).join('');
    return `${credits}${waiting}\n${dim(`${found.totalRemaining} calls left in all`)}`;
  });
}

export async function pending(output: Output): Promise<void> {
  const { pending: found } = await withHost((host) => host.prepaid.status());
  output.result(found, () => pendingTable(found));
}

export async function recover(output: Output): Promise<void> {
  const found = await withHost((host) => host.prepaid.recover());
  output.result(found, () =>
    found.length === 0 ? green('Everything that was paid for is here.') : pendingTable(found),
  );
}

export async function purge(output: Output): Promise<void> {
  const { removed } = await withHost((host) => host.prepaid.purge());
  output.result({ removed }, () => (removed === 1 ? '1 credit thrown away' : `${removed} credits thrown away`));
}

export async function renew(id: string, renewal: Renewal | null, output: Output): Promise<void> {
  const credit = await withHost((host) => host.prepaid.renew({ id, renewal }));
  output.result(credit, () =>
    credit.renewal === null
      ? `${id} is not bought again by itself`
      : `${id} is bought again below ${credit.renewal.below} calls, for at most $${credit.renewal.upTo}`,
  );
}

/** Two lines each, so that it fits a terminal. */
function creditsTable(credits: readonly CreditView[]): string {
  const rows = credits.map(({ name, remaining, calls, burnPerDay, daysLeft, saved, warning, renewal }) => [
    name,
    `${remaining}/${calls}`,
    burnPerDay.toFixed(1),
    daysLeft.toFixed(1),
    saved === null ? '–' : saved.startsWith('-') ? `-$${saved.slice(1)}` : `$${saved}`,
    renewal === null ? '–' : `below ${renewal.below}`,
    warning ?? '–',
  ]);
  const head = ['package', 'calls left', 'a day', 'days left', 'saved', 'renewed', 'warning'];
  const [title, ...lines] = table(head, rows, [1, 2, 3, 4]).split('\n');
  return [title, ...lines.flatMap((line, row) => [line, dim(`  ${whereOf(credits[row])}`)])].join('\n');
}

const whereOf = (credit: CreditView | undefined): string =>
  credit === undefined ? '' : `${credit.id} at ${inert(credit.origin)}`;

function pendingTable(purchases: readonly PendingPurchase[]): string {
  if (purchases.length === 0) return 'Nothing is pending.';
  const rows = purchases.map((one) => [
    one.order,
    one.origin,
    one.package,
    `$${one.price}`,
    clockTime(one.since),
    one.state,
    one.why ?? '–',
  ]);
  return table(['order', 'origin', 'package', 'price', 'since (UTC)', 'state', 'why'], rows, [3]);
}

function pendingLine({ order, package: name, origin, state, why }: PendingPurchase): string {
  const where =
    state === 'paying'
      ? 'the chain does not show the payment yet'
      : state === 'claiming'
        ? 'it is paid, and the seller has not given the credential yet'
        : 'it came to nothing';
  return `${inert(`${name} of ${origin}`)}: ${where}${why === null ? '' : ` (${inert(why)})`}, order ${order}`;
}
