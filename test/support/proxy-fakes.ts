import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import {
  type AgentDirectory,
  type Attempt,
  type Challenge,
  type PayableRequest,
  type Payer,
  type PaymentHeaders,
  type ProxyOptions,
  type RunningProxy,
  startProxy,
} from '../../src-main/proxy/index.ts';
import { type AgentName, type Denied, toAgentName } from '../../src-shared/model/index.ts';

export const testAgent: AgentName = toAgentName('scout');
export const testCredential = `Basic ${Buffer.from('scout:token').toString('base64')}`;
/** The header line that shows it. */
export const credentialLine = `Proxy-Authorization: ${testCredential}\r\n`;

export const oneAgent: AgentDirectory = {
  byProxyCredential: (credential) => (credential === testCredential ? testAgent : null),
};

/** Throws when anything is asked of it; the proxy then answers with the reason `internal`, which no test expects of it. */
export const unaskedPayer: Payer = {
  mayPay: () => {
    throw new Error('the payer was asked unasked');
  },
  refused: () => undefined,
  pay: () => {
    throw new Error('the payer was asked to pay unasked');
  },
};

export const deniedFor = (reason: Denied['reason']): Denied => ({
  kind: 'denied',
  reason,
  detail: `Because: ${reason}.`,
});

/** An attempt that writes down what it is told, in order. */
export class RecordedAttempt implements Attempt {
  readonly orderId: string | null;
  readonly by: Attempt['by'];
  readonly headers: PaymentHeaders;
  readonly answerTimeoutMs: number;
  readonly repeatable: boolean;
  readonly fallsBack: boolean;
  readonly reports: string[] = [];
  readonly #onSubmit: () => Promise<void>;
  readonly #over = Promise.withResolvers<void>();

  readonly #unknown: string | null;
  readonly #money: 'unspent' | 'spent';

  constructor(
    options: Partial<Pick<Attempt, 'orderId' | 'by' | 'answerTimeoutMs' | 'repeatable' | 'fallsBack'>> & {
      headers?: PaymentHeaders;
      onSubmit?: () => Promise<void>;
      /** What `submit` says cannot be proven. */
      unknown?: string;
      money?: 'unspent' | 'spent';
    } = {},
  ) {
    this.orderId = options.orderId === undefined ? 'order-1' : options.orderId;
    this.by = options.by ?? 'x402-v2';
    this.headers = options.headers ?? [['PAYMENT-SIGNATURE', 'c2lnbmVk']];
    this.answerTimeoutMs = options.answerTimeoutMs ?? 5000;
    this.repeatable = options.repeatable ?? false;
    this.fallsBack = options.fallsBack ?? false;
    this.#unknown = options.unknown ?? null;
    this.#money = options.money ?? 'unspent';
    this.#onSubmit = options.onSubmit ?? (() => Promise.resolve());
  }

  /** Resolves with the last report. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  async submit(): ReturnType<Attempt['submit']> {
    this.reports.push('submit');
    await this.#onSubmit();
    if (this.#unknown === null) return { kind: 'ready', headers: this.headers };
    this.#over.resolve();
    return { kind: 'unknown', why: this.#unknown };
  }

  again(): PaymentHeaders {
    this.reports.push('again');
    return this.headers;
  }

  neverSent(why: string): 'unspent' | 'spent' {
    this.#last(`neverSent: ${why}`);
    return this.#money;
  }

  sent(): void {
    this.reports.push('sent');
  }

  answered(httpStatus: number): void {
    this.reports.push(`answered ${httpStatus}`);
  }

  delivered(): void {
    this.#last('delivered');
  }

  lost(why: string): void {
    this.#last(`lost: ${why}`);
  }

  #last(report: string): void {
    this.reports.push(report);
    this.#over.resolve();
  }
}

type Outcome = Denied | Attempt | Error | ((without?: 'prepaid') => Promise<Denied | Attempt>);

/** A payer that writes down what it was asked and answers as told. */
export class RecordedPayer implements Payer {
  readonly asked: { readonly request: PayableRequest; readonly challenge: Challenge; readonly without?: 'prepaid' }[] =
    [];
  readonly #outcome: Outcome;
  readonly #mayPay: Denied | null;

  constructor(outcome: Outcome, mayPay: Denied | null = null) {
    this.#outcome = outcome;
    this.#mayPay = mayPay;
  }

  mayPay(): Denied | null {
    return this.#mayPay;
  }

  /** What the proxy refused on its own. */
  readonly refusals: Denied[] = [];
  refused(_request: PayableRequest, denied: Denied): void {
    this.refusals.push(denied);
  }

  async pay(
    request: PayableRequest,
    challenge: Challenge,
    _caller: unknown,
    without?: 'prepaid',
  ): Promise<Denied | { readonly kind: 'granted'; readonly attempt: Attempt }> {
    this.asked.push({ request, challenge, ...(without === undefined ? {} : { without }) });
    if (this.#outcome instanceof Error) throw this.#outcome;
    const outcome = typeof this.#outcome === 'function' ? await this.#outcome(without) : this.#outcome;
    return 'kind' in outcome ? outcome : { kind: 'granted', attempt: outcome };
  }
}

/** A proxy on a free port with one agent; nobody pays unless `payer` is given. */
export function startTestProxy(options: Partial<ProxyOptions> = {}): Promise<RunningProxy> {
  return startProxy({
    port: 0,
    agents: oneAgent,
    payer: unaskedPayer,
    ownPorts: () => [],
    log: silentLog,
    clock: systemClock,
    ...options,
  });
}
