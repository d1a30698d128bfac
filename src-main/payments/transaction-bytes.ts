/** Solana's limit for a whole transaction. */
const maxWireBytes = 1232;

/** Standard base64 of at most that many bytes; null otherwise. What they say is another question. */
export function transactionBytes(transaction: string): Uint8Array | null {
  if (transaction.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(transaction)) return null;
  const wire = Buffer.from(transaction, 'base64');
  return wire.length <= maxWireBytes ? wire : null;
}
