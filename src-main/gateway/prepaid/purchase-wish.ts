import { z } from 'zod';
import type { CreditForm } from './credential-reader.ts';

/** What a buyer asks to be given for a payment. Its fields are only shaped, not checked. */
export interface PurchaseWish {
  readonly buyer: string;
  readonly packageId: string;
  /** The id of the transaction that paid. */
  readonly signature: string;
  /** ag402's, where nothing is said: its buyers know no other. */
  readonly form: CreditForm;
  readonly secret: string | null;
  readonly recovery: string | null;
}

const bodySchema = z.strictObject({
  buyer_address: z.string(),
  package_id: z.string(),
  tx_hash: z.string(),
  form: z.enum(['groat', 'ag402']).default('ag402'),
  secret: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  signature: z.string().max(128).optional(),
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Null for what is no such JSON object. */
export function readPurchase(body: Uint8Array): PurchaseWish | null {
  try {
    const { buyer_address, package_id, tx_hash, form, secret, signature } = bodySchema.parse(
      JSON.parse(utf8.decode(body)),
    );
    return {
      buyer: buyer_address,
      packageId: package_id,
      signature: tx_hash,
      form,
      secret: secret ?? null,
      recovery: signature ?? null,
    };
  } catch {
    return null; // Text from outside; the answer says what it should be.
  }
}
