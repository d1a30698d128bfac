/**
 * open402, as ag402 speaks it (its reference, section 1): the buyer broadcasts by itself and then proves it. Challenges and
 * proofs are `name="value"` pairs behind the scheme `x402`; the grammar has no escapes, so no value holds a quote.
 */
export const challengeHeader = 'WWW-Authenticate';
export const proofHeader = 'Authorization';
export const timestampHeader = 'X-x402-Timestamp';
export const nonceHeader = 'X-x402-Nonce';
export const versionHeader = 'Accept-x402-Version';
export const protocolVersion = 'v1.0';

export interface Open402Challenge {
  readonly chain: string;
  /** A symbol or a mint address. */
  readonly token: string;
  /** Decimal, in units of the token. */
  readonly amount: string;
  /** The recipient's own address, not its token account. */
  readonly address: string;
}

export interface Open402Proof {
  /** The transaction's id, base58. */
  readonly txHash: string;
  readonly chain: string;
  /** Empty: the buyer did not say. */
  readonly payerAddress: string;
  readonly requestId: string;
}

/** ag402's TypeScript SDK reads no longer ones. */
const maxLength = 8192;

/** What its memo must say, so that a transfer belongs to one request. */
export const memoOf = (requestId: string): string => `Ag402-v1|${requestId}`;

export function formatChallenge({ chain, token, amount, address }: Open402Challenge): string {
  return `x402 ${pairs([
    ['chain', chain],
    ['token', token],
    ['amount', amount],
    ['address', address],
  ])}`;
}

/** The first open402 challenge among the values of `WWW-Authenticate`, which may hold other schemes'; null: there is none. */
export function parseChallenge(values: readonly string[]): Open402Challenge | null {
  for (const value of values) {
    if (value.length > maxLength) continue;
    const start = /(?:^|,)\s*x402(?=\s|$)/i.exec(value);
    if (start === null) continue;
    const fields = readPairs(value.slice(start.index + start[0].length));
    const [chain, token, amount, address] = ['chain', 'token', 'amount', 'address'].map((name) => fields.get(name));
    if (chain && token && amount && address) return { chain, token, amount, address };
  }
  return null;
}

export function formatProof({ txHash, payerAddress, chain, requestId }: Open402Proof): string {
  return `x402 ${pairs([
    ['tx_hash', txHash],
    ['payer_address', payerAddress],
    ['chain', chain],
    ['request_id', requestId],
  ])}`;
}

/** True for an `Authorization` that wants to be a proof, well formed or not. */
export const isProof = (value: string): boolean => /^\s*x402(?:\s|$)/i.test(value);

/** The legacy form `x402 <tx_hash>` too. Null: it cannot be read. */
export function parseProof(value: string): Open402Proof | null {
  const match = value.length > maxLength ? null : /^\s*x402 +(.*)$/i.exec(value);
  const rest = match?.[1]?.trim();
  if (rest === undefined) return null;
  const fields = readPairs(rest);
  const txHash = fields.get('tx_hash');
  if (txHash !== undefined) {
    const [payerAddress = '', requestId = ''] = [fields.get('payer_address'), fields.get('request_id')];
    return txHash === '' ? null : { txHash, chain: fields.get('chain') ?? 'solana', payerAddress, requestId };
  }
  return /^\w+$/.test(rest) ? { txHash: rest, chain: 'solana', payerAddress: '', requestId: '' } : null;
}

/** As ag402 writes them: in this order, without what is empty. */
function pairs(fields: readonly (readonly [string, string])[]): string {
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => {
      if (/[\r\n"]/.test(value)) throw new RangeError(`${name} holds what open402 cannot write`);
      return `${name}="${value}"`;
    })
    .join(' ');
}

/** The last of several wins, as in ag402. Names are bounded, so that a long word costs no more than its length. */
function readPairs(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/(?<!\w)(\w{1,32})="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
