/**
 * Nothing secret passes here (SECURITY.md): whatever is logged goes through `redact` first. Two nets: fields whose name
 * says secret are never shown, and every other text is searched for the shapes that keys, tokens and payments have. A
 * base58 address has the shape of a seed, and a transaction id that of a secret key, so those are shown only in fields
 * whose name says that they are public.
 */
const hidden = '[redacted]';
const maxDepth = 6;
const maxItems = 50;
const maxText = 2000;

const secretName =
  /secret|token|passphrase|password|mnemonic|seed|pin$|private|credential|authorization|cookie|payment-?(signature|response|required)|x-payment|sealing?key|wire$|^key$|^keys$/i;
const publicName =
  /^(address|payTo|payee|payer|feePayer|mint|asset|account|tokenAccount|signature|transaction|network|order|messageHash)$/;
/** What may stand in a public field: an address, a transaction id, a hash, a CAIP-2 id or one of our ids; nothing longer. */
/** Our own folders and files; in free text they may fall to the net for base64, which has the slash too. */
const placeName = /^(dir|file|home|socket)$/;
const placeValue = /^(?:\/|[A-Za-z]:\\)[^\s:]{0,300}$/;
const publicValue = /^(?:(?:ord_|solana:)?[1-9A-HJ-NP-Za-km-z]{1,88}|[0-9a-f]{64}|ord_[0-9a-z]{1,40}|[A-Za-z]{1,12})$/;

const shapes: readonly RegExp[] = [
  // user:password@ of a URL
  /(?<=:\/\/)[^\s/@]+@/g,
  // Authorization-like values
  /\b(?:basic|bearer|x402)\s+[A-Za-z0-9+/=._~-]{8,}/gi,
  /groat_[A-Za-z0-9_-]{8,}/g,
  // PEM
  /-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g,
  // JSON or comma-separated array of bytes
  /(?:\b\d{1,3}\s*,\s*){15,}\d{1,3}\b/g,
  // hex of 16 bytes and more
  /\b(?:0x)?[0-9a-f]{32,}\b/gi,
  // base58, base64, base64url of 24 bytes and more
  /[A-Za-z0-9+/_-]{32,}={0,2}/g,
  // twelve and more lower-case words in a row: a mnemonic, whatever its list
  /\b(?:[a-z]{3,8}[\s,]+){11,}[a-z]{3,8}\b/g,
];

export function redactText(text: string): string {
  let shown = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  for (const shape of shapes) shown = shown.replace(shape, hidden);
  return shown;
}

/** A copy fit for a log: plain JSON values, bounded, without secrets. */
export function redact(value: unknown, name = '', depth = 0): unknown {
  if (secretName.test(name)) return hidden;
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || value === undefined) return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return isPublic(name, value) ? value : redactText(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (depth >= maxDepth) return '[deep]';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[bytes]';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) {
    if (value.length >= 16 && value.every((item) => typeof item === 'number')) return '[bytes]';
    return value.slice(0, maxItems).map((item) => redact(item, '', depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxItems)
      .map(([key, item]) => [redactText(key), redact(item, key, depth + 1)]),
  );
}

function isPublic(name: string, value: string): boolean {
  return (publicName.test(name) && publicValue.test(value)) || (placeName.test(name) && placeValue.test(value));
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return {
    name: error.name,
    ...code,
    message: redactText(error.message),
    // A stack repeats the message in its first line; what follows are places in our own code.
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .map((line) =>
        line.trim().replace(/\(?(?:file:\/\/)?\/.*\/(?=(?:src-main|src-shared|node_modules|test)\/)/, '('),
      ),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, '', depth + 1) }),
  };
}
