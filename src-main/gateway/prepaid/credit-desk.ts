import type { KeyObject } from 'node:crypto';
import type { PrepaidPackage } from '../../../src-shared/contract/index.ts';
import type { Atomic, Network } from '../../../src-shared/model/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { LogSink } from '../../base/log-sink.ts';
import type { CreditBook } from '../ports.ts';
import { type CredentialProblem, type CreditForm, createCredentialReader } from './credential-reader.ts';
import { createCreditCounters, type Taken } from './credit-counters.ts';
import { createPackageSales, type LandedTransfers, type SalesAnswer, type SalesRequest } from './package-sales.ts';
import { deriveShopKeys } from './shop-keys.ts';

/** What a credential was worth here and now. */
export type Take = Taken | { readonly kind: 'refused'; readonly code: CredentialProblem };

/** One shop's credit: sells packages of calls, and takes calls from the credentials that it gave out. */
export interface CreditDesk {
  /**
   * Takes one call from the credential that an `X-Prepaid-Credential` header spells. Decided at once; see `Taken` for what
   * has to be waited for. Never throws for what the buyer wrote.
   */
  take(header: string): Take;
  /** What was asked of `/prepaid/…`. Never rejects for what the buyer wrote. */
  answer(request: SalesRequest): Promise<SalesAnswer>;
}

export interface CreditDeskDeps {
  readonly shop: string;
  /** The address that is paid. */
  readonly seller: string;
  readonly network: Network;
  readonly packages: readonly PrepaidPackage[];
  /** What one call costs without, told to buyers; null: it depends. */
  readonly perCall: Atomic | null;
  /** Those that are sold; what was sold once is taken in either. */
  readonly forms: ReadonlySet<CreditForm>;
  /** Dearer packages are not sold in ag402's form; null: all are. */
  readonly ag402Cap: Atomic | null;
  readonly issuing: KeyObject;
  readonly book: CreditBook;
  readonly transfers: LandedTransfers;
  readonly clock: Clock;
  readonly log: LogSink;
}

export function createCreditDesk(deps: CreditDeskDeps): CreditDesk {
  const keys = deriveShopKeys(deps.issuing, deps.shop);
  const counters = createCreditCounters(deps);
  const reader = createCredentialReader({ ...deps, keys, credit: counters.credit });
  const sales = createPackageSales({ ...deps, keys });
  return {
    take(header) {
      const read = reader.read(header);
      return read.kind === 'refused' ? read : (counters.take(read.id) ?? usedUp);
    },
    answer: sales.answer,
  };
}

const usedUp: Take = { kind: 'refused', code: 'no_remaining_calls' };
