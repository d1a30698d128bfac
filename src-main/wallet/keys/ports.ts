import { z } from 'zod';
import { keyRoles } from './key-role.ts';

const keyId = z.string().regex(/^[0-9a-f]{32}$/);

/** What opens a wallet. Nothing in it is secret: the id names a keychain entry or says which key file it was. */
const sealing = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keychain'), keyId }),
  z.strictObject({ kind: z.literal('keyfile'), keyId }),
  z.strictObject({
    kind: z.literal('passphrase'),
    keyId,
    /** scrypt's cost. The floor keeps an edited database from making a guess cheap, the ceiling from eating the memory. */
    n: z.union([z.literal(2 ** 17), z.literal(2 ** 18), z.literal(2 ** 19)]),
    r: z.literal(8),
    p: z.literal(1),
    /** 32 bytes, base64. */
    salt: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  }),
]);

/** One key of the wallet as it rests on disk. `address` is public, base58; `sealed` is what `seal.ts` wrote. */
export const sealedKey = z.strictObject({
  role: z.enum(keyRoles),
  address: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/),
  sealed: z.string().max(256),
  sealing,
});

export type Sealing = Readonly<z.infer<typeof sealing>>;
export type SealedKey = Readonly<z.infer<typeof sealedKey>>;

/**
 * Where the sealed keys of one network rest.
 * Promise: `load` gives what `save` was given, or nothing when nothing was ever saved; it never gives an empty list
 * because it could not read. Atomicity: `save` writes all keys in one durable transaction or none. Once: `save` throws
 * when there are keys already, so that no wallet is ever written over. Failure: both throw, and the wallet stays shut.
 */
export interface SealedKeys {
  load(): readonly SealedKey[];
  save(keys: readonly SealedKey[]): void;
}
