import { getBase58Decoder } from '@solana/kit';

/** The forms in which a 32-byte secret could turn up in text: raw and with its public half, as wallets write them. */
export function formsOfSecret(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    getBase58Decoder().decode(bytes),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    // The first 31 bytes: a JSON array, or a typed array in JSON, of the secret alone or of secret and public key.
    [...bytes.subarray(0, 31)].join(','),
    [...bytes.subarray(0, 31)].map((byte, index) => `"${index}":${byte}`).join(','),
  ];
}

/** A structure as one text to search: bytes as hex, so that a secret is found wherever in them it begins. */
export function everythingSaid(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    return part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part;
  });
}
