import { type Base64EncodedWireTransaction, getBase58Decoder, type Signature } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';

/** Solana's packet limit. */
const maxWireBytes = 1232;
const signatureBytes = 64;

export function encodeWire(wire: Uint8Array): Base64EncodedWireTransaction {
  if (wire.length > maxWireBytes) throw notSendable(`it has more than ${maxWireBytes} bytes`);
  return Buffer.from(wire).toString('base64') as Base64EncodedWireTransaction;
}

/** The fee payer's signature, which is the transaction's id. Throws when it has not signed: such bytes must not be sent. */
export function idOf(wire: Uint8Array): Signature {
  // One byte counts the signatures: 1232 bytes hold fewer than 20.
  const first = wire.subarray(1, 1 + signatureBytes);
  if (first.length < signatureBytes || first.every((byte) => byte === 0)) {
    throw notSendable('its fee payer has not signed it');
  }
  return getBase58Decoder().decode(first) as Signature;
}

function notSendable(problem: string): GroatError {
  return new GroatError('internal', { problem: `a transaction cannot be sent: ${problem}` });
}
