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
const maxSearched = 20_000;

const secretName =
  /secret|token|passphrase|password|mnemonic|seed|pin$|private|credential|authorization|cookie|payment-?(signature|response|required)|x-payment|sealing?key|wire$|^key$|^keys$/i;
/** Public fields, and the shape that each may have; anything else in them is searched like free text. */
const publicFields: readonly { readonly name: RegExp; readonly value: RegExp }[] = [
  {
    name: /^(address|payTo|payee|payer|feePayer|mint|asset|account|tokenAccount)$/,
    value: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/,
  },
  { name: /^(signature|transaction)$/, value: /^[1-9A-HJ-NP-Za-km-z]{64,88}$/ },
  { name: /^network$/, value: /^(?:solana:)?[0-9A-Za-z]{1,44}$/ },
  { name: /^order$/, value: /^ord_[0-9a-z]{1,40}$/ },
  { name: /^messageHash$/, value: /^[0-9a-f]{64}$/ },
  // Our own folders and files; in free text they may fall to the net for base64, which has the slash too.
  { name: /^(dir|file|home|socket)$/, value: /^(?:\/|[A-Za-z]:\\)[^\s:]{0,300}$/ },
];

const shapes: readonly RegExp[] = [
  // user:password@ of a URL
  /(?<=:\/\/)[^\s/@]+@/g,
  // Authorization-like values
  /\b(?:basic|bearer|x402)\s+[A-Za-z0-9+/=._~-]{8,}/gi,
  /groat_[A-Za-z0-9_-]{8,}/g,
  // The owner's PIN as a call over the control socket carries it; a short one has no shape of its own
  /(?<=groat-owner-pin['"]?\s*[:=,]\s*['"]?)[^\s'",]+/gi,
  // PEM
  /-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g,
  // bytes as numbers, with any separators, also as an object's entries ("0":158,"1":25)
  /(?:(?:"\d{1,3}"\s*:\s*)?\b\d{1,3}[\s,;:]+){15,}(?:"\d{1,3}"\s*:\s*)?\d{1,3}\b/g,
  // bytes as pairs of hex digits, with any separators (an inspected Buffer, a fingerprint)
  /(?:\b(?:0x)?[0-9a-f]{2}[\s,:-]+){15,}(?:0x)?[0-9a-f]{2}\b/gi,
  // hex of 16 bytes and more
  /\b(?:0x)?[0-9a-f]{32,}\b/gi,
  // base58, base64, base64url of 24 bytes and more
  /[A-Za-z0-9+/_-]{32,}={0,2}/g,
  // twelve and more short words in a row, numbered or not: a mnemonic, whatever its list
  /(?:\b[a-z]{3,8}\b[\s,.;:\d)]+){11,}[a-z]{3,8}\b/gi,
];

export function redactText(text: string): string {
  // Searched before it is cut, or the cut would leave the edge of a secret; what is far too long is not looked at.
  if (text.length > maxSearched) return '[long text]';
  const withoutQueries = text.replace(/(https?:\/\/[^\s?"']*)\?[^\s"']+/g, `$1?${hidden}`);
  const shown = shapes.reduce((rest, shape) => rest.replace(shape, hidden), withoutQueries);
  return shown.length > maxText ? `${shown.slice(0, maxText)}…` : shown;
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
  const keys = Object.keys(value);
  // Bytes that went through JSON come back as {"0": …, "1": …}.
  if (keys.length >= 16 && keys.every((key) => /^\d+$/.test(key))) return '[bytes]';
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxItems)
      .map(([key, item]) => [redactText(key), redact(item, key, depth + 1)]),
  );
}

function isPublic(name: string, value: string): boolean {
  return publicFields.some((field) => field.name.test(name) && field.value.test(value));
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
