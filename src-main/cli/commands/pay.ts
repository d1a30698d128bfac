import type { PayStep } from '../../../src-shared/contract/index.ts';
import { bold, dim, green, type Output, Refused, red } from '../output.ts';
import { withHost } from '../with-host.ts';
import { paint } from './history.ts';

export interface PayOptions {
  readonly method: string;
  readonly header: readonly string[];
  readonly data?: string;
  readonly agent: string;
}

/** Shows each step when it happens; with `--json` one document with all of them at the end. */
export async function pay(url: string, options: PayOptions, output: Output): Promise<void> {
  const steps: PayStep[] = [];
  await withHost(async (host) => {
    const { method, header, data, agent } = options;
    const headers = Object.fromEntries(header.map(parseHeader));
    for await (const step of await host.payments.pay({ url, method, headers, body: data, agent })) {
      steps.push(step);
      output.say(line(step));
    }
  });
  const answer = steps.find((step) => step.step === 'answer');
  if (output.json)
    output.result(
      { steps, httpStatus: answer?.httpStatus ?? null, body: answer?.body ?? null, order: answer?.order ?? null },
      () => '',
    );
  else output.say(`\n${answer?.body.trimEnd() ?? ''}`);
  if (answer === undefined || answer.httpStatus >= 400) throw new Refused();
}

function line(step: PayStep): string {
  switch (step.step) {
    case 'request':
      return `${dim('1')}  ask       ${step.method} ${step.url}`;
    case 'challenge':
      return `${dim('2')}  answer    ${step.httpStatus} Payment Required`;
    case 'offer':
      return `${dim('3')}  offer     ${bold(`$${step.amount}`)} ${step.asset} to ${step.payee}`;
    case 'decision':
      return step.decision === 'granted'
        ? `${dim('4')}  decision  ${green('granted')}, order ${step.order}`
        : `${dim('4')}  decision  ${red('denied')}: ${step.detail} (${step.reason})`;
    case 'submitted':
      return `${dim('5')}  pay       signed and sent`;
    case 'answer':
      return step.order === null
        ? `${dim('6')}  answer    ${step.httpStatus}, nothing was paid`
        : `${dim('6')}  answer    ${step.httpStatus}, payment ${paint(step.order.state)}${step.order.signature === null ? '' : ` in ${step.order.signature}`}`;
  }
}

function parseHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
