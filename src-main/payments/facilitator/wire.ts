import { z } from 'zod';

/** A facilitator's HTTP API (x402 reference, section 10). A negative result is an answer too, with status 200. */
export const facilitatorRequestSchema = z.looseObject({
  x402Version: z.union([z.literal(1), z.literal(2)]),
  paymentPayload: z.unknown(),
  paymentRequirements: z.unknown(),
});

export interface VerifyAnswer {
  readonly isValid: boolean;
  readonly invalidReason?: string;
  readonly payer?: string;
}

export interface SettleAnswer {
  readonly success: boolean;
  readonly errorReason?: string;
  readonly errorMessage?: string;
  readonly transaction: string;
  readonly network: string;
  readonly payer?: string;
}

export interface SupportedAnswer {
  readonly kinds: readonly {
    readonly x402Version: 1 | 2;
    readonly scheme: 'exact';
    readonly network: string;
    readonly extra: { readonly feePayer: string };
  }[];
  readonly extensions: readonly string[];
  readonly signers: Readonly<Record<string, readonly string[]>>;
}

const reason = z.string().max(256).nullish();
/** As others send it: more fields than these are theirs. */
export const remoteVerifySchema = z.looseObject({ isValid: z.boolean(), invalidReason: reason });
export const remoteSettleSchema = z.looseObject({
  success: z.boolean(),
  errorReason: reason,
  transaction: z.string().max(128).nullish(),
});
export const remoteSupportedSchema = z.looseObject({
  kinds: z
    .array(
      z.looseObject({
        x402Version: z.number(),
        scheme: z.string(),
        network: z.string(),
        extra: z.looseObject({ feePayer: z.unknown() }).nullish(),
      }),
    )
    .max(1000),
});
