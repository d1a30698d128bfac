import type { OrderView, PayStep } from '../../../src-shared/contract/index.ts';
import { answerHint } from '../approval-text.ts';
import { bold, dim, green, inert, inertLines, type Output, Refused, red, yellow } from '../output.ts';
import { withHost } from '../with-host.ts';
import { paint } from './history.ts';

export interface PayOptions {
  readonly method?: string;
  readonly header: readonly string[];
  readonly data?: string;
  readonly agent: string;
}

/** Shows each step when it happens; with `--json` one document with all of them at the end. */
export async function pay(url: string, options: PayOptions, output: Output): Promise<void> {
  const steps: PayStep[] = [];
  let dialect: string | null = null;
  await withHost(async (host) => {
    const { header, data, agent } = options;
    const method = (options.method ?? (data === undefined ? 'GET' : 'POST')).toUpperCase();
    const headers = Object.fromEntries(header.map(parseHeader));
    for await (const step of await host.payments.pay({ url, method, headers, body: data, agent })) {
      steps.push(step);
      if (step.step === 'offer') dialect = step.dialect;
      output.say(line(step, dialect));
    }
  });
  const last = steps.find((step) => step.step === 'answer' || step.step === 'lost');
  const answer = last?.step === 'answer' ? last : undefined;
  if (output.json)
    output.result(
      { steps, httpStatus: answer?.httpStatus ?? null, body: answer?.body ?? null, order: last?.order ?? null },
      () => '',
    );
  else if (answer !== undefined && !/^\s*(\{\s*\})?\s*$/.test(answer.body))
    output.say(`\n${shown(answer.body.trimEnd())}`);
  if (answer === undefined || answer.httpStatus >= 400) throw new Refused();
}

/** `dialect`: how the offer that is being taken is spelled; null before there is one. */
function line(step: PayStep, dialect: string | null): string {
  switch (step.step) {
    case 'request':
      return `${dim('1')}  ask       ${step.method} ${inert(step.url)}`;
    case 'challenge':
      return `${dim('2')}  answer    ${step.httpStatus} Payment Required`;
    case 'offer':
      if (step.dialect === 'prepaid') return `${dim('3')}  offer     a call from the credit that was bought here`;
      if (step.dialect === 'secret') return `${dim('3')}  offer     none that can be paid; your API key for this site`;
      return `${dim('3')}  offer     ${bold(`$${step.amount}`)} ${inert(`${step.asset} to ${step.payee}`)}`;
    case 'decision':
      return `${dim('4')}  decision  ${decisionText(step)}`;
    case 'submitted':
      return `${dim('5')}  pay       signed and sent`;
    case 'lost':
      return `${dim('6')}  answer    ${red('lost')}: ${inert(step.why)}\n   The payment had left. ${describeLost(step.order)}`;
    case 'answer':
      return step.order === null
        ? `${dim('6')}  answer    ${step.httpStatus}, ${withoutOrder(dialect)}`
        : `${dim('6')}  answer    ${step.httpStatus}, ${describePayment(step.order)}`;
  }
}

function decisionText({ decision, order, reason, detail, approval }: Extract<PayStep, { step: 'decision' }>): string {
  if (decision === 'granted') return order === null ? green('granted') : `${green('granted')}, order ${order}`;
  const why = `${inert(detail ?? 'no reason was given')} (${reason})`;
  if (decision !== 'deferred' || approval === null) return `${red(decision)}: ${why}`;
  return `${yellow('deferred')}: ${why}\n   You can ${answerHint(approval)}; then pay again.`;
}

function withoutOrder(dialect: string | null): string {
  if (dialect === 'prepaid') return 'one call from prepaid credit (groat prepaid status)';
  return dialect === 'secret' ? 'asked with your API key, nothing was paid' : 'nothing was paid';
}

/** A body is a stranger's text: on a terminal its control characters are shown, not obeyed. */
const shown = (body: string): string => (process.stdout.isTTY ? inertLines(body) : body);

function describePayment({ state, signature, amount, id }: OrderView): string {
  if (signature !== null) return `payment ${paint(state)} in ${signature}`;
  return `payment not seen on the chain yet: $${amount} stays set aside until it lands or expires (groat tx ${id})`;
}

function describeLost(order: OrderView | null): string {
  if (order === null) return 'Look at `groat history` before you pay again.';
  const known = order.state === 'failed' ? 'It was paid and not delivered' : 'Whether it was paid is being looked up';
  return `${known}: see \`groat tx ${order.id}\`, and do not pay again before that is settled.`;
}

function parseHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
