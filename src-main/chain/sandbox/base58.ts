// The worker carries its own base58 and wire decoder: loading kit there would cost 13 MB of memory for these few lines.
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const digits = new Map([...alphabet].map((character, value) => [character, value]));
// As many digits as a double holds exactly: a big number is divided once per nine digits.
const chunkDigits = 9;
const chunk = 58n ** BigInt(chunkDigits);

export function toBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros += 1;
  let number = BigInt(`0x0${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
  let text = '';
  while (number > 0n) {
    let part = Number(number % chunk);
    number /= chunk;
    for (let index = 0; index < chunkDigits; index += 1) {
      text = alphabet.charAt(part % 58) + text;
      part = Math.floor(part / 58);
    }
  }
  return '1'.repeat(zeros) + text.replace(/^1+/, '');
}

/** Null for what is not base58 or has more than `maxBytes`. */
export function fromBase58(text: string, maxBytes: number): Uint8Array | null {
  if (text.length > maxBytes * 2) return null;
  let zeros = 0;
  while (text[zeros] === '1') zeros += 1;
  let number = 0n;
  for (let at = 0; at < text.length; at += chunkDigits) {
    const part = text.slice(at, at + chunkDigits);
    let value = 0;
    for (const character of part) {
      const digit = digits.get(character);
      if (digit === undefined) return null;
      value = value * 58 + digit;
    }
    number = number * 58n ** BigInt(part.length) + BigInt(value);
  }
  const hex = number === 0n ? '' : number.toString(16);
  const rest = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  if (zeros + rest.length > maxBytes) return null;
  const bytes = new Uint8Array(zeros + rest.length);
  bytes.set(rest, zeros);
  return bytes;
}
