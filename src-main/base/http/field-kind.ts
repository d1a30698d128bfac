/**
 * What a proxy does with a header field. Everything not named here is end-to-end and passes unchanged
 * (RFC 9110, section 7.6.1; `proxy-*` and `upgrade` are hop-by-hop, `groat-*` is ours alone).
 */
export type FieldKind =
  | 'pass'
  | 'drop'
  | 'connection'
  | 'keep-alive'
  | 'content-length'
  | 'transfer-encoding'
  | 'te'
  | 'trailer'
  | 'credential';

const special: Readonly<Record<string, FieldKind>> = {
  connection: 'connection',
  'keep-alive': 'keep-alive',
  'content-length': 'content-length',
  'transfer-encoding': 'transfer-encoding',
  te: 'te',
  trailer: 'trailer',
  'proxy-authorization': 'credential',
  'proxy-authenticate': 'drop',
  'proxy-authentication-info': 'drop',
  'proxy-connection': 'drop',
  upgrade: 'drop',
  'http2-settings': 'drop',
  expect: 'drop',
  host: 'drop',
};

/** Lengths that a special name has: most end-to-end names are told apart by this alone, without a look at the letters. */
const lengths = new Set(Object.keys(special).map((name) => name.length));
const byName = new Map<string, FieldKind>(Object.entries(special));

export function fieldKind(name: string): FieldKind {
  if (lengths.has(name.length)) {
    const kind = byName.get(name.toLowerCase());
    if (kind !== undefined) return kind;
  }
  return /^groat-/i.test(name) ? 'drop' : 'pass';
}

/** Lower-case names that a `Connection` value lists besides its two own words; empty for the usual ones. */
export function listedFields(connection: string): readonly string[] {
  return connection
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token !== 'close' && token !== 'keep-alive');
}

/** `fields` (name, value, name, value) without those that a `Connection` field listed. */
export function withoutListed(fields: readonly string[], listed: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (!listed.includes(name.toLowerCase())) kept.push(name, fields[i + 1] ?? '');
  }
  return kept;
}
