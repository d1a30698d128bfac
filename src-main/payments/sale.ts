import type { CheckpointReached } from '../base/checkpoint.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Random } from '../base/random.ts';
import { createAnswerKeeper } from './answer-keeper.ts';
import type { Answers, PresentedPayment, SaleRecord, Settlements } from './ports.ts';
import type { Collected } from './rails/solana/collect.ts';
import { type NewReceipt, newReceipt, receiptHeader } from './receipt.ts';
import type { Quote, Sale, Settled } from './seller.ts';
import type { Spoken } from './spoken.ts';
import type { Run } from './under-way.ts';

/** How long an answer may be asked for again. */
export const keptMs = 600_000;

interface SaleParts {
  readonly settlements: Settlements;
  readonly answers: Answers;
  readonly now: () => number;
  readonly random: Random;
  readonly log: LogSink;
  readonly reached: CheckpointReached;
}

/** The three ways in which a request comes to be served for money. */
export interface Sales {
  /** Claimed, not settled yet. `pending` is told where the buyer was left without an answer that may yet be owed. */
  fresh(
    quote: Quote,
    run: Run,
    spoken: Spoken,
    receipt: NewReceipt,
    collect: () => Promise<Collected>,
    pending: () => void,
  ): Sale;
  /** The money is ours already: it was sent by the buyer, or its answer was lost before. */
  owed(run: Run, spoken: Spoken, sale: PresentedPayment, signature: string, receiptText: string | null): Sale;
}

export function createSales({ settlements, answers, now, random, log, reached }: SaleParts): Sales {
  /** What is the same however the sale came about: an answer is handed out, kept, and put on record. */
  const handOut = (run: Run): Pick<Sale, 'keeper' | 'delivered'> => {
    const { messageHash } = run.payment;
    const keeper = createAnswerKeeper((answer) =>
      answers
        .keep(messageHash, answer, now() + keptMs)
        .then(() => reached('seller-kept'))
        .catch((error) => log.warn('an answer that was paid for could not be kept', { sale: run.payment.sale, error })),
    );
    return {
      keeper,
      delivered(outcome, httpStatus) {
        const written = settlements
          .delivered(messageHash, outcome, httpStatus)
          .then(() => reached('seller-delivered'))
          .catch((error) => log.warn('a delivery could not be recorded', { sale: run.payment.sale, error }));
        Promise.all([written, keeper.isOpen ? keeper.closed : null]).then(run.end, run.end);
      },
    };
  };

  return {
    fresh(quote, run, spoken, receipt, collect, pending) {
      const { payment } = run;
      const { messageHash, payer } = payment;
      const unsettled = (code: string, transaction: string): Settled => {
        run.end();
        return { kind: 'unsettled', demand: spoken.unsettled(quote, code, transaction, payer) };
      };
      return {
        payer,
        dialect: spoken.dialect,
        ...handOut(run),
        async settle() {
          const collected = await collect();
          switch (collected.kind) {
            case 'settled':
              return {
                kind: 'settled',
                headers: [...spoken.settled(collected.signature, payer), receiptHeader, receipt.text],
              };
            case 'refused':
              await settlements
                .abandon(messageHash)
                .catch((error) => log.warn('a claim could not be given back', { sale: payment.sale, error }));
              return unsettled(collected.reason, '');
            case 'failed':
              return unsettled('invalid_exact_svm_transaction_failed', collected.signature);
            case 'pending': {
              pending();
              run.end();
              const demand = spoken.unsettled(quote, 'settlement_pending', collected.signature, payer);
              return {
                kind: 'unsettled',
                demand: { ...demand, headers: [...demand.headers, receiptHeader, receipt.text] },
              };
            }
          }
        },
        async abandon() {
          await settlements
            .abandon(messageHash)
            .catch((error) => log.warn('a claim could not be given back', { sale: payment.sale, error }));
          run.end();
        },
      };
    },

    owed(run, spoken, { messageHash, sale, payer }, signature, receiptText) {
      return {
        payer,
        dialect: spoken.dialect,
        ...handOut(run),
        async settle() {
          const headers = spoken.settled(signature, payer);
          if (receiptText !== null) return { kind: 'settled', headers: [...headers, receiptHeader, receiptText] };
          const receipt = newReceipt(sale, random);
          try {
            await settlements.receiptGiven(messageHash, receipt.hash);
          } catch (error) {
            log.warn('a receipt could not be recorded', { sale, error });
            return { kind: 'settled', headers };
          }
          return { kind: 'settled', headers: [...headers, receiptHeader, receipt.text] };
        },
        async abandon() {
          await settlements
            .delivered(messageHash, 'refused', null)
            .catch((error) => log.warn('a delivery could not be recorded', { sale, error }));
          run.end();
        },
      };
    },
  };
}

/** Since when something is owed for it. */
export const paidAt = ({ settledAt, createdAt }: SaleRecord): number => settledAt ?? createdAt;
