import { z } from 'zod';

/** x402's extension for idempotency (x402 reference, section 12), with the schema that the official packages advertise. */
export const identifierKey = 'payment-identifier';

export const identifierExtension = {
  info: { required: false },
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      required: { type: 'boolean' },
      id: { type: 'string', minLength: 16, maxLength: 128, pattern: '^[a-zA-Z0-9_-]+$' },
    },
    required: ['required'],
  },
} as const;

const echoSchema = z.looseObject({ info: z.looseObject({ id: z.unknown() }) });
const idSchema = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/);

/** What the buyer calls this payment. `none`: it gave no id. */
export function paymentIdOf(
  extensions: Readonly<Record<string, unknown>> | null | undefined,
): { readonly kind: 'none' | 'malformed' } | { readonly kind: 'id'; readonly id: string } {
  const echoed = extensions == null || !Object.hasOwn(extensions, identifierKey) ? null : extensions[identifierKey];
  const id = echoSchema.safeParse(echoed).data?.info.id;
  if (id === undefined) return { kind: 'none' };
  const parsed = idSchema.safeParse(id);
  return parsed.success ? { kind: 'id', id: parsed.data } : { kind: 'malformed' };
}
