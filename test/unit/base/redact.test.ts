import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { getBase58Decoder } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { createFileLog } from '../../../src-main/base/file-log.ts';
import { redact, redactText } from '../../../src-main/base/redact.ts';

const base58 = (bytes: Uint8Array) => getBase58Decoder().decode(bytes);
const forms: Readonly<Record<string, (bytes: Buffer) => string>> = {
  base58,
  hex: (bytes) => bytes.toString('hex'),
  'upper-case hex': (bytes) => bytes.toString('hex').toUpperCase(),
  '0x hex': (bytes) => `0x${bytes.toString('hex')}`,
  base64: (bytes) => bytes.toString('base64'),
  base64url: (bytes) => bytes.toString('base64url'),
  'a JSON array': (bytes) => JSON.stringify([...bytes]),
  'a spaced array': (bytes) => [...bytes].join(', '),
  'an array in hex': (bytes) => [...bytes].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', '),
  'hex with colons': (bytes) => bytes.toString('hex').replace(/(..)(?=.)/g, '$1:'),
  'an inspected Buffer': (bytes) => inspect(bytes, { maxArrayLength: 64 }),
  'a stringified Uint8Array': (bytes) => JSON.stringify(new Uint8Array(bytes)),
};

const mnemonic = 'abandon ability able about above absent absorb abstract absurd abuse access accident';

describe('no secret passes the redaction', () => {
  for (const [form, write] of Object.entries(forms)) {
    for (const size of [32, 64]) {
      test(`a key of ${size} bytes as ${form}, wherever it stands`, () => {
        for (let i = 0; i < 20; i++) {
          const secret = write(randomBytes(size));
          const shown = JSON.stringify([
            redactText(`could not use ${secret} here`),
            redact({ note: secret, nested: [{ deeper: `x=${secret}` }] }),
            redact({ [secret]: 1 }),
            redact(new Error(`bad ${secret}`, { cause: new Error(secret) })),
          ]);
          expect(shown).not.toContain(secret);
          expect(shown).not.toContain(secret.slice(4, 28));
        }
      });
    }
  }

  test('bytes, and arrays of numbers, are not written out', () => {
    const secret = randomBytes(32);
    expect(redact({ a: secret, b: [...secret], c: new Uint8Array(secret) })).toEqual({
      a: '[bytes]',
      b: '[bytes]',
      c: '[bytes]',
    });
  });

  test('a mnemonic, a proxy URL with its token, a bearer, a PEM key', () => {
    expect(redactText(mnemonic)).not.toContain('absorb');
    expect(redactText(mnemonic.toUpperCase())).not.toContain('ABSORB');
    expect(
      redactText(
        mnemonic
          .split(' ')
          .map((word, i) => `${i + 1}. ${word}`)
          .join('\n'),
      ),
    ).not.toContain('absorb');
    expect(redactText('GET https://api.test/v1?api_key=abcDEF123456 failed')).toBe(
      'GET https://api.test/v1?[redacted] failed',
    );
    expect(redactText('http://bot:groat_abcdefghijkl@127.0.0.1:14020')).toBe('http://[redacted]127.0.0.1:14020');
    expect(redactText('Proxy-Authorization: Basic Ym90Omdyb2F0')).not.toContain('Ym90');
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(redactText(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).not.toContain('MC4');
  });

  test('a payment header and a passphrase, by their names alone', () => {
    const fields = { 'PAYMENT-SIGNATURE': 'short', 'X-PAYMENT': 'short', passphrase: 'hunter22', token: 't', pin: '1' };
    expect(Object.values(redact(fields) as object)).toEqual(Array(5).fill('[redacted]'));
  });

  test('a public field shows an address and a transaction id, but no secret smuggled into it', () => {
    const address = base58(randomBytes(32));
    const signature = base58(randomBytes(64));
    expect(redact({ address, signature })).toEqual({ address, signature });
    expect(redact({ address: `${signature}${signature}` })).toEqual({ address: '[redacted]' });
    expect(redact({ address: mnemonic })).toEqual({ address: '[redacted]' });
    expect(redact({ address: signature })).toEqual({ address: '[redacted]' });
    expect(redact({ a: { ...randomBytes(32) } })).toEqual({ a: '[bytes]' });
  });

  test('a secret at the place where a long text is cut', () => {
    const secret = randomBytes(32).toString('hex');
    for (let at = 1930; at < 2010; at += 7)
      expect(redactText(`${' '.repeat(at)}${secret}`)).not.toContain(secret.slice(0, 8));
  });
});

test('the log file is JSON lines of mode 0600 and holds what the redaction lets through', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'groat-log-')), 'logs', 'groat.log');
  const log = createFileLog({ file, level: 'info', stderr: false });
  log.debug('not written');
  log.warn('order settled', { order: 'ord_1', amount: 10_000n, token: 'groat_secretsecret', error: new Error('why') });
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    event: 'order settled',
    order: 'ord_1',
    amount: '10000',
    token: '[redacted]',
    error: { message: 'why' },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
