import type { Clock } from '../../base/clock.ts';
import { createRecent } from '../../base/recent.ts';
import type { CreditRecord } from '../ports.ts';
import { type Ag402Problem, ag402CreditId, verifyAg402 } from './ag402-credential.ts';
import { openGroat } from './groat-credential.ts';
import type { ShopKeys } from './shop-keys.ts';

/** How a credential is spelled: bound to its seller by all its fields, or as ag402 has it. */
export type CreditForm = CreditRecord['form'];

/** Why a credential is worth nothing here: ag402's own codes, and two that it has no word for. */
export type CredentialProblem =
  | Ag402Problem
  /** Above 4096 characters; ag402 answers 400 to it. */
  | 'credential_too_large'
  /** Signed by us, and the books do not know it: they were set back, or it is another shop's of the same name. */
  | 'unknown_credential';

export type Reading =
  | { readonly kind: 'valid'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: CredentialProblem };

/** Says whose credit a credential stands for, in whichever form it was sold. Whether a call is left is not asked here. */
export interface CredentialReader {
  read(header: string): Reading;
}

const maxLength = 4096;
/** Credentials whose MAC need not be computed again. */
const remembered = 10_000;

interface Verified {
  readonly reading: Reading;
  readonly expiresAt: number;
}

export function createCredentialReader(deps: {
  readonly shop: string;
  readonly seller: string;
  readonly keys: ShopKeys;
  /** What the books say of it. */
  readonly credit: (id: string) => CreditRecord | null;
  readonly clock: Clock;
}): CredentialReader {
  const { shop, seller, keys, clock } = deps;
  const verified = createRecent<Verified>(remembered);

  /** The books have to know what was signed: that alone says that it was paid for. */
  const inBooks = (id: string, form: CreditForm, buyer: string, packageId: string): CreditRecord | null => {
    const credit = deps.credit(id);
    if (credit === null || credit.shop !== shop || credit.form !== form) return null;
    return credit.buyer === buyer && credit.package === packageId ? credit : null;
  };

  const readGroat = (header: string, now: number): Reading => {
    const known = verified.get(header);
    if (known !== undefined) return known.expiresAt <= now ? refused.credential_expired : known.reading;
    const opened = openGroat(keys.groat, header);
    if (typeof opened === 'string') return refused[opened];
    if (opened.seller !== seller || opened.shop !== shop) return refused.seller_address_mismatch;
    const expiresAt = opened.expires * 1000;
    if (expiresAt <= now) return refused.credential_expired;
    const credit = inBooks(opened.id, 'groat', opened.buyer, opened.package);
    if (credit === null || credit.calls !== opened.calls) return refused.unknown_credential;
    const reading: Reading = { kind: 'valid', id: opened.id };
    verified.set(header, { reading, expiresAt });
    return reading;
  };

  /** Not remembered by its text: its buyers write another number of calls into it each time. */
  const readAg402 = (header: string, now: number): Reading => {
    const checked = verifyAg402(header, { key: keys.ag402, seller, now });
    if (checked.kind === 'refused') return refused[checked.code];
    const id = ag402CreditId(checked.credential);
    const { buyer_address, package_id } = checked.credential;
    return inBooks(id, 'ag402', buyer_address, package_id) === null
      ? refused.unknown_credential
      : { kind: 'valid', id };
  };

  return {
    read(header) {
      if (header.length > maxLength) return refused.credential_too_large;
      return header.startsWith('groat1.') ? readGroat(header, clock.now()) : readAg402(header, clock.now());
    },
  };
}

const no = <C extends CredentialProblem>(code: C) => ({ kind: 'refused', code }) as const;

const refused = {
  malformed_credential: no('malformed_credential'),
  seller_address_mismatch: no('seller_address_mismatch'),
  credential_expired: no('credential_expired'),
  no_remaining_calls: no('no_remaining_calls'),
  invalid_signature: no('invalid_signature'),
  credential_too_large: no('credential_too_large'),
  unknown_credential: no('unknown_credential'),
} as const satisfies { readonly [C in CredentialProblem]: Reading };
