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

const byName = new Map<string, FieldKind>(Object.entries(special));
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** By the name as it was spelled: an origin spells alike every time, and looking a name over costs more than finding it. */
const known = new Map<string, FieldKind | null>();
const maxKnown = 512;
const maxKnownLength = 64;

/** Null: it is no name (RFC 9110, section 5.1). */
export function fieldKind(name: string): FieldKind | null {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const kind = token.test(name) ? (byName.get(name.toLowerCase()) ?? (/^groat-/i.test(name) ? 'drop' : 'pass')) : null;
  if (known.size < maxKnown && name.length <= maxKnownLength) known.set(copied(name), kind);
  return kind;
}

/** For what is kept: a text that was cut out of a head keeps all of that head. */
export function copied(name: string): string {
  return Buffer.from(name, 'latin1').toString('latin1');
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
