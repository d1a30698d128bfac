import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Ag402Credential,
  ag402CreditId,
  signAg402,
  spellAg402,
  verifyAg402,
} from '../../../src-main/gateway/prepaid/ag402-credential.ts';
import { type GroatCredential, openGroat, spellGroat } from '../../../src-main/gateway/prepaid/groat-credential.ts';
import { printPythonTime, readPythonTime } from '../../../src-main/gateway/prepaid/python-time.ts';
import { deriveShopKeys } from '../../../src-main/gateway/prepaid/shop-keys.ts';

const vectorKey = createSecretKey(Buffer.from('0123456789abcdef'.repeat(4)));
const seller = 'Se11er11111111111111111111111111111111111111';
const now = Date.parse('2026-11-21T00:00:00Z');
const expiresAt = Date.parse('2026-11-24T00:00:00.678Z');
const credit = {
  id: 'ab'.repeat(16),
  shop: 'shop',
  buyer: 'BuyerAddr111',
  package: 'p3d_100',
  calls: 100,
  issuedAt: now,
  expiresAt,
};

describe('ag402’s signature', () => {
  // Computed with ag402's own code (its reference, section 6).
  test.each([
    ['2027-01-02T03:04:05.678901+00:00', '03138419641fdea93ea4513feca034b0033731fa4159b4eb29b7ab46a29d2a1b'],
    ['2027-01-02T11:04:05.678901+08:00', '03138419641fdea93ea4513feca034b0033731fa4159b4eb29b7ab46a29d2a1b'],
    ['2027-01-02T03:04:05.678901', '03138419641fdea93ea4513feca034b0033731fa4159b4eb29b7ab46a29d2a1b'],
    ['2027-01-02T03:04:05+00:00', '41f21ac40e6b49648cc9c8b22fbfb73f90aa85650ae9f376f638f29e615d22ef'],
    ['2027-01-02T03:04:05Z', '41f21ac40e6b49648cc9c8b22fbfb73f90aa85650ae9f376f638f29e615d22ef'],
    ['2027-01-02T03:04:05.678+00:00', '5f09e460c69d7133d21b129f1bf1b13255f9814b9321f45bb5f66ac56c1724c6'],
  ])('over an expiry of %s is the original’s', (expires, signature) => {
    const printed = readPythonTime(expires)?.printed ?? '';
    expect(signAg402(vectorKey, 'BuyerAddr111', 'p3d_100', printed)).toBe(signature);
    const header = JSON.stringify({
      buyer_address: 'BuyerAddr111',
      package_id: 'p3d_100',
      remaining_calls: 7,
      expires_at: expires,
      signature,
      seller_address: seller,
      created_at: '2026-11-21T00:00:00+00:00',
    });
    expect(verifyAg402(header, { key: vectorKey, seller, now })).toMatchObject({ kind: 'valid' });
  });
});

describe('Python’s time', () => {
  test.each([
    ['2027-01-02T03:04:05', '2027-01-02T03:04:05+00:00'],
    ['2027-01-02 03:04:05.5', '2027-01-02T03:04:05.500000+00:00'],
    ['2027-01-01T00:30:00.000001+01:00', '2026-12-31T23:30:00.000001+00:00'],
    ['2026-12-31T23:30:00-0100', '2027-01-01T00:30:00+00:00'],
  ])('%s is printed as %s', (text, printed) => {
    expect(readPythonTime(text)?.printed).toBe(printed);
  });

  test.each([
    '',
    'tomorrow',
    '2027-13-01T00:00:00',
    '2027-02-30T00:00:00',
    '2027-01-01T24:00:00',
    '2027-01-01T00:60:00',
    '2027-01-01T00:00:00+24:00',
    '0001-01-01T00:00:00',
    '2027-01-01T00:00:00.Z',
    '2027-01-01T00:00:00+00:00\n',
  ])('%j is none', (text) => {
    expect(readPythonTime(text)).toBeNull();
  });

  test('what is printed is read back as the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
        const printed = printPythonTime(at);
        expect(readPythonTime(printed)).toEqual({ at, printed });
        expect(Date.parse(printed)).toBe(at);
      }),
    );
  });
});

describe('a credential of ag402’s form', () => {
  const own = spellAg402(vectorKey, seller, credit);
  const verify = (changes: Readonly<Record<string, unknown>>, at = now) => {
    const checked = verifyAg402(JSON.stringify({ ...own, ...changes }), { key: vectorKey, seller, now: at });
    return checked.kind === 'valid' ? 'valid' : checked.code;
  };

  test('has its seven fields in its order, and its times', () => {
    expect(JSON.stringify(own)).toBe(
      JSON.stringify({
        buyer_address: 'BuyerAddr111',
        package_id: 'p3d_100',
        remaining_calls: 100,
        expires_at: '2026-11-24T00:00:00.678000+00:00',
        signature: signAg402(vectorKey, 'BuyerAddr111', 'p3d_100', '2026-11-24T00:00:00.678000+00:00'),
        seller_address: seller,
        created_at: '2026-11-21T00:00:00+00:00',
      }),
    );
    expect(verify({})).toBe('valid');
  });

  const altered: readonly [changes: Partial<Record<keyof Ag402Credential, unknown>>, code: string][] = [
    [{ seller_address: 'another' }, 'seller_address_mismatch'],
    [{ seller_address: 'another', expires_at: '2020-01-01T00:00:00+00:00' }, 'seller_address_mismatch'],
    [{ expires_at: '2020-01-01T00:00:00+00:00', remaining_calls: 0 }, 'credential_expired'],
    [{ remaining_calls: 0, signature: '' }, 'no_remaining_calls'],
    [{ remaining_calls: -3 }, 'no_remaining_calls'],
    [{ signature: '' }, 'invalid_signature'],
    [{ signature: null }, 'invalid_signature'],
    [{ signature: 7 }, 'invalid_signature'],
    [{ signature: [] }, 'invalid_signature'],
    [{ signature: own.signature.toUpperCase() }, 'invalid_signature'],
    [{ signature: `${own.signature.slice(0, 63)}é` }, 'invalid_signature'],
    [{ buyer_address: 'BuyerAddr112' }, 'invalid_signature'],
    [{ package_id: 'p730d_10k' }, 'invalid_signature'],
    [{ expires_at: '2027-11-24T00:00:00.678+00:00' }, 'invalid_signature'],
    [{ expires_at: '2026-11-24T00:00:00.678001+00:00' }, 'invalid_signature'],
    [{ remaining_calls: '5' }, 'malformed_credential'],
    [{ remaining_calls: 1.5 }, 'malformed_credential'],
    [{ remaining_calls: null }, 'malformed_credential'],
    [{ remaining_calls: true }, 'malformed_credential'],
    [{ buyer_address: 7 }, 'malformed_credential'],
    [{ package_id: null }, 'malformed_credential'],
    [{ expires_at: 'soon' }, 'malformed_credential'],
    [{ expires_at: {} }, 'malformed_credential'],
    [{ created_at: 5 }, 'malformed_credential'],
    [{ buyer_address: undefined }, 'malformed_credential'],
  ];
  test.each(altered)('with %j is refused: %s', (changes, code) => {
    expect(verify(changes)).toBe(code);
  });

  test('with one field more is malformed, and with a swollen count it is not: the seller counts', () => {
    expect(verify({ tx_hash: 'x' })).toBe('malformed_credential');
    expect(verify({ remaining_calls: 1e20 })).toBe('valid');
  });

  test('ends at the millisecond that it names', () => {
    expect(verify({}, expiresAt - 1)).toBe('valid');
    expect(verify({}, expiresAt)).toBe('credential_expired');
  });

  test.each([
    '',
    'null',
    '7',
    '"x"',
    '[]',
    '{}',
    '{"a":',
    '[['.repeat(2000),
    '{"__proto__":{}}',
    '\u0000',
    'groat2.a.b',
  ])('%j is no credential', (header) => {
    expect(verifyAg402(header, { key: vectorKey, seller, now })).toEqual({
      kind: 'refused',
      code: 'malformed_credential',
    });
  });

  test('nothing makes its verifier throw', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const fields = fc.record(Object.fromEntries(Object.keys(own).map((field) => [field, value])));
    fc.assert(
      fc.property(
        fc.oneof(
          fields.map((x) => JSON.stringify(x)),
          fc.string(),
          fc.json(),
        ),
        (header) => {
          expect(verifyAg402(header, { key: vectorKey, seller, now }).kind).toBe('refused');
        },
      ),
    );
  });

  test('is counted under what its server counts it under', () => {
    // printf 'a|b|c' | sha256sum
    expect(ag402CreditId({ buyer_address: 'a', package_id: 'b', signature: 'c' })).toBe(
      'a52dd81bfd5e4e66d96b9f598382f6cbf8c5c3897654e6ae9055e03620fcf38e',
    );
  });
});

describe('a credential of our own form', () => {
  const key = deriveShopKeys(createSecretKey(Buffer.alloc(32, 1)), 'shop').groat;
  const own = spellGroat(key, seller, credit);
  const fields: GroatCredential = {
    v: 1,
    id: credit.id,
    seller,
    shop: 'shop',
    buyer: 'BuyerAddr111',
    package: 'p3d_100',
    calls: 100,
    created: now / 1000,
    expires: Math.floor(expiresAt / 1000),
  };
  const [, payload = '', mac = ''] = own.split('.');

  test('says all that was bought, and is the same at every making', () => {
    expect(openGroat(key, own)).toEqual(fields);
    expect(spellGroat(key, seller, credit)).toBe(own);
  });

  test('has no field that can be changed', () => {
    for (const [field, value] of Object.entries(fields)) {
      const changed = { ...fields, [field]: typeof value === 'number' ? value + 1 : `${value.slice(0, -1)}c` };
      const header = `groat1.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${mac}`;
      expect(openGroat(key, header), field).toBe('invalid_signature');
    }
  });

  test('has no character that can be changed', () => {
    fc.assert(
      fc.property(fc.nat(own.length - 1), fc.constantFrom(...'AZaz09-_=.+/ é'), (at, character) => {
        fc.pre(own[at] !== character);
        expect(typeof openGroat(key, `${own.slice(0, at)}${character}${own.slice(at + 1)}`)).toBe('string');
      }),
    );
  });

  test('proves nothing with the key of another shop, or of another desk', () => {
    const issuing = createSecretKey(Buffer.alloc(32, 1));
    for (const other of [
      deriveShopKeys(issuing, 'shop 2').groat,
      deriveShopKeys(issuing, 'shop').ag402,
      deriveShopKeys(createSecretKey(Buffer.alloc(32, 2)), 'shop').groat,
    ]) {
      expect(openGroat(other, own)).toBe('invalid_signature');
    }
  });

  test.each([
    '',
    'groat1.',
    'groat1..',
    `groat1.${payload}`,
    `groat2.${payload}.${mac}`,
    `groat1.${payload}=.${mac}`,
    `groat1.${payload}.${mac}=`,
    ` ${own}`,
    `${own}\n`,
  ])('%j is none', (header) => {
    expect(openGroat(key, header)).toBe('malformed_credential');
  });
});
