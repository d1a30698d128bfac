import { systemClock } from '../../src-main/base/clock.ts';
import { silentLog } from '../../src-main/base/log-sink.ts';
import {
  type AgentDirectory,
  type Attempt,
  type Challenge,
  type PayableRequest,
  type Payer,
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
  readonly orderId = 'order-1';
  readonly headers: readonly (readonly [string, string])[] = [['PAYMENT-SIGNATURE', 'c2lnbmVk']];
  readonly answerTimeoutMs: number;
  readonly reports: string[] = [];
  readonly #onSubmit: () => Promise<void>;
  readonly #over = Promise.withResolvers<void>();

  constructor(options: { answerTimeoutMs?: number; onSubmit?: () => Promise<void> } = {}) {
    this.answerTimeoutMs = options.answerTimeoutMs ?? 5000;
    this.#onSubmit = options.onSubmit ?? (() => Promise.resolve());
  }

  /** Resolves with the last report. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  async submit(): Promise<readonly (readonly [string, string])[]> {
    this.reports.push('submit');
    await this.#onSubmit();
    return this.headers;
  }

  neverSent(why: string): void {
    this.#last(`neverSent: ${why}`);
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

/** A payer that writes down what it was asked and answers as told. */
export class RecordedPayer implements Payer {
  readonly asked: { readonly request: PayableRequest; readonly challenge: Challenge }[] = [];
  readonly #outcome: Denied | Attempt | Error | (() => Promise<Denied | Attempt>);
  readonly #mayPay: Denied | null;

  constructor(outcome: Denied | Attempt | Error | (() => Promise<Denied | Attempt>), mayPay: Denied | null = null) {
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
  ): Promise<Denied | { readonly kind: 'granted'; readonly attempt: Attempt }> {
    this.asked.push({ request, challenge });
    if (this.#outcome instanceof Error) throw this.#outcome;
    const outcome = typeof this.#outcome === 'function' ? await this.#outcome() : this.#outcome;
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
