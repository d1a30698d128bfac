import { z } from 'zod';

/**
 * x402 v2 over HTTP (x402 reference, section 2): header names, and the JSON that stands base64-encoded in them. Sizes
 * are bounded before anything is decoded; what is echoed keeps every field it came with.
 */
export const paymentRequiredHeader = 'PAYMENT-REQUIRED';
export const paymentSignatureHeader = 'PAYMENT-SIGNATURE';
export const paymentResponseHeader = 'PAYMENT-RESPONSE';
/** v1's header: a request that carries it is being paid by somebody else. */
export const legacyPaymentHeader = 'X-PAYMENT';

const maxHeaderLength = 256 * 1024;
/** What is nested deeper is no offer, and would exhaust the stack of whoever walks it. */
const maxDepth = 32;

const text = (max: number) => z.string().max(max);

export const resourceSchema = z.looseObject({
  url: text(4096).min(1),
  description: text(4096).nullish(),
  mimeType: text(256).nullish(),
});

/** One entry of `accepts` as far as every scheme shares it; `extra` belongs to the scheme. */
export const requirementSchema = z.looseObject({
  scheme: text(64),
  network: text(128).includes(':'),
  amount: text(80),
  asset: text(128),
  payTo: text(128),
  maxTimeoutSeconds: z.number().positive().max(86_400),
  extra: z.looseObject({}).nullish(),
});
export type Requirement = z.infer<typeof requirementSchema>;

/** `accepts` stays unparsed here: one entry of an unknown shape must not spoil the others. */
export const paymentRequiredSchema = z.looseObject({
  x402Version: z.literal(2),
  error: text(4096).nullish(),
  resource: resourceSchema.nullish(),
  accepts: z.array(z.unknown()).min(1),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
export type PaymentRequired = z.infer<typeof paymentRequiredSchema>;

export const paymentPayloadSchema = z.looseObject({
  x402Version: z.literal(2),
  accepted: requirementSchema,
  payload: z.looseObject({ transaction: text(2000).min(1) }),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
export type PaymentPayload = z.infer<typeof paymentPayloadSchema>;

export const settleResponseSchema = z.looseObject({
  success: z.boolean(),
  transaction: text(128),
  network: text(128),
  payer: text(128).nullish(),
  errorReason: text(256).nullish(),
});
export type SettleResponse = z.infer<typeof settleResponseSchema>;

/**
 * Standard alphabet with padding, as 2.27 insists; null for anything else, for bytes that are no JSON in UTF-8, and for
 * JSON nested deeper than 32 levels.
 */
export function decodeHeader<S extends z.ZodType>(schema: S, value: string): z.infer<S> | null {
  if (value.length > maxHeaderLength || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
  if (!isShallow(json, maxDepth)) return null;
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

export function encodeHeader(value: PaymentRequired | SettleResponse | Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
}
