import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CallOutcome } from '../../src-shared/contract/index.ts';
import type { Problem } from '../../src-shared/errors/index.ts';
import type { Fields } from '../base/http/relay.ts';
import type { Admission, Demand, KeptAnswer, Presented, Quote, Sale, Till } from '../payments/index.ts';
import { answerDemand, answerOwnProblem, answerPreflight, answerWhole, problems } from './answers.ts';
import { type BuyerHead, readBuyerHead } from './buyer-head.ts';
import { Errand, type ErrandParts } from './errand.ts';
import { type Fare, freeFare, PrepaidFare, paidFare, settledFare } from './fare.ts';
import type { CreditDesk } from './prepaid/credit-desk.ts';
import type { PriceTable, Route } from './price-table.ts';
import { type RequestPath, readRequestPath } from './request-path.ts';
import { addressKey, type TokenBuckets } from './token-buckets.ts';
import { isVisitor, pageFields } from './visitor-page.ts';

/** What every visit to one shop shares. */
export interface ShopFloor {
  readonly table: PriceTable;
  readonly till: Till;
  /** Null: nothing is sold ahead. */
  readonly credits: CreditDesk | null;
  readonly upfront: boolean;
  readonly bodyBytes: number;
  readonly perAddress: TokenBuckets;
  readonly perPayer: TokenBuckets;
  readonly perRoute: TokenBuckets;
  readonly errands: ErrandParts;
  /** What the upstream's own paths begin with; no slash at the end. */
  readonly basePath: string;
  monotonic(): number;
  quote(route: Route, method: string, resource: string): Quote;
  /** Scheme and host as this buyer reaches the shop by. */
  origin(head: BuyerHead): string;
  page(quote: Quote): string;
  /** The shop's own business at a path, such as its health; null: there is none. */
  ownDesk(method: string, text: string): OwnDesk | null;
  /** A place at the upstream; false: all are taken. `ErrandParts.freed` gives it back. */
  takePlace(isFree: boolean): boolean;
  /** While a payment is looked at: keeps a stop waiting and the buyer's connection alive. */
  track(socket: Socket, work: Promise<void>): void;
  begin(errand: Errand): void;
  count(outcome: CallOutcome): void;
  /** The buyer has its answer, or has left. */
  over(visit: Visit): void;
}

/** What an answered buyer still sends of its body is listened to for so long. */
const lingerMs = 3000;

export type OwnDesk = (visit: Visit, head: BuyerHead, path: RequestPath) => void;

/** One request to a shop: priced, limited, paid for one way or another, and sent on its errand; or sent away. */
export class Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  route: Route | null = null;
  outcome: CallOutcome | null = null;
  /** It was answered with what an earlier payment had bought: nothing was earned with it. */
  isCopy = false;
  /** Monotonic ms. */
  readonly began: number;
  readonly expects: boolean;
  readonly #floor: ShopFloor;
  #errand: Errand | null = null;

  constructor(floor: ShopFloor, request: IncomingMessage, response: ServerResponse, expects: boolean) {
    this.#floor = floor;
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    this.expects = expects;
    this.began = floor.monotonic();
    response.on('close', () => this.#over());
  }

  serve(): void {
    const floor = this.#floor;
    const head = readBuyerHead(this.request.rawHeaders);
    if (head === null) {
      this.refuse(problems.requestMalformed('Its Transfer-Encoding is not understood.'));
      return;
    }
    if (this.method === 'OPTIONS' && head.preflight) {
      answerPreflight(this.response, head.askedHeaders);
      return;
    }
    const path = readRequestPath(this.request.url ?? '');
    if (path === null) {
      this.refuse(problems.requestMalformed('Its path can be read in more than one way.'));
      return;
    }
    const now = this.began;
    const wait = floor.perAddress.take(addressKey(this.request.socket.remoteAddress), now);
    if (wait !== null) {
      this.#limit('of your address', wait);
      return;
    }
    const own = floor.ownDesk(this.method, path.text);
    if (own === null) this.#sell(head, path, now);
    else own(this, head, path);
  }

  /** Answers with a problem; what is still to come of the body is read and dropped, up to a point. */
  refuse(body: Problem, extra: Fields = []): void {
    this.#dropBody();
    answerOwnProblem(this.response, body, extra);
  }

  count(outcome: CallOutcome): void {
    this.outcome = outcome;
    this.#floor.count(outcome);
  }

  #over(): void {
    this.#errand?.buyerDone();
    this.#floor.over(this);
    if (!this.request.complete) stopListening(this.request);
  }

  #sell(head: BuyerHead, path: RequestPath, now: number): void {
    const floor = this.#floor;
    const route = floor.table.find(this.method, path.text);
    this.route = route;
    const wait = floor.perRoute.take(String(route.at), now);
    if (wait !== null) {
      this.#limit('of this route', wait);
      return;
    }
    if (head.length > floor.bodyBytes) {
      this.#turnAway(problems.tooLarge(floor.bodyBytes));
      return;
    }
    if (/^websocket$/i.test(head.upgrade)) {
      this.#turnAway(problems.noUpgrade());
      return;
    }
    if (route.price === 0n) {
      if (floor.takePlace(true)) this.#send(head, path, freeFare, now);
      else this.#busy();
      return;
    }
    const quote = (): Quote => floor.quote(route, this.method, floor.origin(head) + path.path + path.query);
    if (head.credentials.length > 0 && floor.credits !== null) {
      if (head.credentials.length > 1) {
        this.#turnAway(problems.repeated('X-Prepaid-Credential'));
        return;
      }
      if (this.#fromCredit(floor.credits, head, path, quote, now)) return;
    }
    if (head.presented === null) this.#ask(head, quote());
    else this.#takePayment(head, head.presented, path, quote());
  }

  /** False: the credential is worth nothing here. */
  #fromCredit(credits: CreditDesk, head: BuyerHead, path: RequestPath, quote: () => Quote, now: number): boolean {
    const taken = credits.take(head.credentials[0] ?? '');
    if (taken.kind === 'refused') return false;
    const wait = this.#floor.perPayer.take(taken.payer, now);
    if (wait !== null) {
      taken.giveBack();
      this.#limit('of your address on the chain', wait);
    } else if (!this.#floor.takePlace(false)) {
      taken.giveBack();
      this.#busy();
    } else this.#send(head, path, new PrepaidFare(taken, () => this.#floor.till.demand(quote())), now);
    return true;
  }

  #ask(head: BuyerHead, quote: Quote): void {
    const demand = this.#floor.till.demand(quote);
    if (head.credentials.length === 0) this.count('unpaid');
    else this.count('refused');
    if (head.body !== 'none') this.#dropBody();
    if (isVisitor(head)) {
      const fields = [...demand.headers, ...pageFields, 'Cache-Control', 'no-store'];
      answerWhole(this.response, 402, fields, 'text/html; charset=utf-8', this.#floor.page(quote));
    } else answerDemand(this.response, demand);
  }

  #takePayment(head: BuyerHead, presented: Presented, path: RequestPath, quote: Quote): void {
    const floor = this.#floor;
    if (floor.upfront && head.body === 'chunked') {
      this.#turnAway(problems.lengthWanted());
      return;
    }
    // Held while the payment is looked at: a shop that is full takes no money.
    if (!floor.takePlace(false)) {
      this.#busy();
      return;
    }
    floor.track(this.request.socket, this.#paid(head, presented, path, quote));
  }

  async #paid(head: BuyerHead, presented: Presented, path: RequestPath, quote: Quote): Promise<void> {
    const floor = this.#floor;
    let placed = true;
    try {
      const admission = await floor.till.admit(quote, presented);
      if (admission.kind !== 'admitted') {
        this.#notAdmitted(admission);
        return;
      }
      const fare = await this.#fareOf(admission.sale);
      if (fare === null) return;
      placed = false;
      this.#send(head, path, fare, floor.monotonic());
    } catch (error) {
      floor.errands.log.error('a payment could not be looked at', { shop: quote.shop, error });
      this.count('refused');
      if (!this.response.headersSent) this.refuse(problems.unavailable());
    } finally {
      if (placed) floor.errands.freed(false);
    }
  }

  #notAdmitted(admission: Exclude<Admission, { readonly kind: 'admitted' }>): void {
    if (this.response.closed) return;
    switch (admission.kind) {
      case 'demand':
        this.#unpaid(admission.demand);
        return;
      case 'problem': {
        const { status, code, title, detail } = admission;
        this.#turnAway({ type: `urn:groat:problem:${code}`, status, title, detail });
        return;
      }
      case 'answered':
        this.isCopy = true;
        this.count('paid');
        this.#dropBody();
        answerAgain(this.response, admission.answer);
        return;
    }
  }

  /** Null: the buyer has had its answer, or has left. */
  async #fareOf(sale: Sale): Promise<Fare | null> {
    const floor = this.#floor;
    if (this.response.closed) {
      await sale.abandon();
      return null;
    }
    const wait = floor.perPayer.take(sale.payer, floor.monotonic());
    if (wait !== null) {
      await sale.abandon();
      this.#limit('of your address on the chain', wait);
      return null;
    }
    if (!floor.upfront) return paidFare(sale);
    const settled = await sale.settle();
    if (settled.kind === 'unsettled') {
      this.#unpaid(settled.demand);
      return null;
    }
    if (!this.response.closed) return settledFare(sale, settled.headers);
    sale.delivered('cut', null);
    return null;
  }

  #unpaid(demand: Demand): void {
    this.count('refused');
    if (this.response.closed) return;
    this.#dropBody();
    answerDemand(this.response, demand);
  }

  #send(head: BuyerHead, path: RequestPath, fare: Fare, now: number): void {
    const { errands, basePath } = this.#floor;
    const errand = new Errand(
      errands,
      {
        request: this.request,
        response: this.response,
        method: this.method,
        head: `${this.method} ${basePath}${path.path}${path.query} HTTP/1.1\r\nHost: ${errands.target.host}\r\n${head.lines}\r\n`,
        body: head.body,
        expects: this.expects,
        fare,
        visit: this,
      },
      now,
    );
    this.#errand = errand;
    this.#floor.begin(errand);
  }

  #busy(): void {
    this.count('limited');
    this.refuse(problems.busy(), ['Retry-After', '1']);
  }

  #limit(whose: string, seconds: number): void {
    this.count('limited');
    if (!this.response.closed) this.refuse(problems.limited(whose), ['Retry-After', String(seconds)]);
  }

  #turnAway(body: Problem): void {
    this.count('refused');
    this.refuse(body);
  }

  /** An answer comes through better when the body before it is read; more than is taken at all is not worth it. */
  #dropBody(): void {
    const { request, response } = this;
    if (request.complete) return;
    if (this.expects) {
      response.shouldKeepAlive = false;
      return;
    }
    const limit = Math.max(this.#floor.bodyBytes, 64 * 1024);
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) request.destroy();
    });
  }
}

function stopListening(request: IncomingMessage): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, lingerMs).unref();
  const stop = (): void => clearTimeout(timer);
  request.once('end', stop);
  request.once('close', stop);
}

/** As it went out before. */
function answerAgain(response: ServerResponse, { status, reason, headers, body }: KeptAnswer): void {
  const fields: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    // Trailers are not kept.
    if (name.toLowerCase() !== 'trailer') fields.push(name, headers[i + 1] ?? '');
  }
  response.writeHead(status, reason, fields);
  response.end(body);
}
