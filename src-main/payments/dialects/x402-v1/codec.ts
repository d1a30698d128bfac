import { z } from 'zod';

/**
 * x402 v1 over HTTP (x402 reference, section 3): the offer stands in the body of the 402, the payment and the settlement in
 * headers, base64 of JSON as in v2 (`decodeHeader` and `encodeHeader` of its codec serve both).
 */
export const xPaymentHeader = 'X-PAYMENT';
export const xPaymentResponseHeader = 'X-PAYMENT-RESPONSE';

/** What v1 calls the networks that we know by their CAIP-2 id. */
const names: ReadonlyMap<string, string> = new Map([
  ['solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'solana'],
  ['solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1', 'solana-devnet'],
  ['solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z', 'solana-testnet'],
]);

/** Null: v1 has no name for it. */
export const v1NetworkName = (caip2: string): string | null => names.get(caip2) ?? null;

const maxBodyLength = 256 * 1024;

const text = (max: number) => z.string().max(max);

export const v1RequirementSchema = z.looseObject({
  scheme: text(64),
  network: text(64),
  maxAmountRequired: text(80),
  asset: text(128),
  payTo: text(128),
  resource: text(4096).nullish(),
  description: text(4096).nullish(),
  mimeType: text(256).nullish(),
  maxTimeoutSeconds: z.number().positive().max(86_400),
  extra: z.looseObject({}).nullish(),
});
export type V1Requirement = z.infer<typeof v1RequirementSchema>;

/** An offer of ours: as `V1Requirement`, without the URL that it is for. */
export interface V1Offer {
  readonly scheme: string;
  readonly network: string;
  readonly maxAmountRequired: string;
  readonly description: string;
  readonly mimeType: string;
  readonly payTo: string;
  readonly maxTimeoutSeconds: number;
  readonly asset: string;
  readonly extra: { readonly feePayer: string };
}

/** `accepts` stays unparsed here: one entry of an unknown shape must not spoil the others. */
export const v1PaymentRequiredSchema = z.looseObject({
  x402Version: z.literal(1),
  error: text(4096).nullish(),
  accepts: z.array(z.unknown()).min(1),
});
export type V1PaymentRequired = z.infer<typeof v1PaymentRequiredSchema>;

export const v1PayloadSchema = z.looseObject({
  x402Version: z.literal(1),
  scheme: text(64),
  network: text(64),
  payload: z.looseObject({ transaction: text(2000).min(1) }),
});
export type V1Payload = z.infer<typeof v1PayloadSchema>;

/** The body of a 402, as far as it is one of v1; null for anything else. */
export function decodeV1Body(body: string): V1PaymentRequired | null {
  if (body.length > maxBodyLength) return null;
  try {
    return v1PaymentRequiredSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
