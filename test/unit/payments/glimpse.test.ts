import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glimpseOf } from '../../../src-main/payments/glimpse.ts';
import { type PayableOffer, readOffers } from '../../../src-main/payments/offers.ts';
import { networks } from '../../../src-shared/model/index.ts';

const { caip2: network, usdc } = networks.sandbox;
const payTo = 'So11111111111111111111111111111111111111112';

function offerOf(resource: object | null = { url: 'http://seller.test/thing' }, maxTimeoutSeconds = 60): PayableOffer {
  const feePayer = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
  const accepts = [
    { scheme: 'exact', network, amount: '10000', asset: usdc.mint, payTo, maxTimeoutSeconds, extra: { feePayer } },
  ];
  const header = Buffer.from(JSON.stringify({ x402Version: 2, resource, accepts })).toString('base64');
  const found = readOffers({ rawHeaders: ['PAYMENT-REQUIRED', header], body: null }, { network, usdc });
  const [offer] = found.kind === 'offers' ? found.offers : [];
  if (offer === undefined) throw new Error('the offer of this test is none');
  return offer;
}

interface Sent {
  readonly url?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array | null;
  readonly type?: string | null;
  readonly offer?: PayableOffer;
}

function seen({ url = 'http://seller.test/thing', headers = [], body = null, type = null, offer = offerOf() }: Sent) {
  const bytes = body === null ? null : Buffer.from(body);
  const rawHeaders = type === null ? headers : [...headers, 'Content-Type', type];
  return glimpseOf({ url: new URL(url), rawHeaders }, offer, bytes && { bytes: bytes.length, head: bytes });
}

const json = (body: unknown) => seen({ body: JSON.stringify(body), type: 'application/json' }).body;
const textOf = (body: string | Uint8Array, type: string) => seen({ body, type }).body?.text;

describe('headers', () => {
  test('are shown as they came, twice where they came twice', () => {
    const headers = ['Accept', '*/*', 'X-Trace', 'one', 'x-trace', 'two', 'User-Agent', 'python-requests/2.31.0'];
    expect(seen({ headers }).headers).toEqual([
      { name: 'Accept', value: '*/*' },
      { name: 'X-Trace', value: 'one' },
      { name: 'x-trace', value: 'two' },
      { name: 'User-Agent', value: 'python-requests/2.31.0' },
    ]);
  });

  const secretNames = [
    ...['Authorization', 'authorization', 'Cookie', 'Set-Cookie', 'X-Api-Key', 'api-key', 'apikey', 'X-Auth'],
    ...['X-Session-Id', 'Signature', 'Signature-Input', 'X-Access-Token', 'X-User-Password', 'X-Credential', 'X-PIN'],
    ...['X-Amz-Security-Token', 'X-Client-Secret', 'Api_Key', 'X-Pass-Word', 'X-CSRF-Token', 'Sec-WebSocket-Key'],
  ];
  test.for(secretNames)('%s is shown without its value', (name) => {
    expect(seen({ headers: [name, 'hunter2'] }).headers).toEqual([{ name, value: null }]);
  });

  const secretValues = [
    'Bearer abcdefgh',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
    'sk_live_4eC39HqLyjWDarj',
    '550e8400-e29b-41d4-a716-446655440000',
    'c0ffee00c0ffee00c0ffee00c0ffee00',
    'groat_0123456789',
    `${'x'.repeat(2040)} sk_live_4eC39HqLyjWDarj`,
  ];
  test.for(secretValues)('a value such as %s is not shown whatever its header is called', (value) => {
    expect(seen({ headers: ['X-Thing', value] }).headers).toEqual([{ name: 'X-Thing', value: null }]);
  });

  test('that end at this machine are not shown at all, nor those that Connection lists', () => {
    const headers = [
      ...[
        'Proxy-Authorization',
        'Basic c2NvdXQ6dG9rZW4=',
        'Connection',
        'close, X-Hop',
        'X-Hop',
        '1',
        'TE',
        'trailers',
      ],
      ...['Keep-Alive', '5', 'Host', 'other.test', 'Groat-Order', 'x', 'Proxy-Connection', 'x', 'Upgrade', 'h2c'],
    ];
    expect(seen({ headers }).headers).toEqual([]);
  });

  test('are cut where they are long, and counted where they are many', () => {
    const [long, ...none] = seen({ headers: [`X-${'n'.repeat(200)}`, 'a b '.repeat(200)] }).headers;
    expect(none).toEqual([]);
    expect(long?.name).toHaveLength(128);
    expect(long?.value).toHaveLength(512);
    const many = seen({ headers: Array.from({ length: 100 }, (_, n) => [`X-${n}`, 'v']).flat() }).headers;
    expect(many).toHaveLength(65);
    expect(many.at(-1)).toEqual({ name: '… 36 more', value: null });
  });
});

describe('a body', () => {
  test('of JSON is shown to the letter, spaces and all, where nothing is to hide', () => {
    const body = '{\n  "prompt": "What is \\u0041 cat?",\n  "max_tokens": 1024, "list": [1, -2.5e3, true, null]\n}';
    expect(textOf(body, 'application/json; charset=utf-8')).toBe(body);
  });

  const hiddenInJson: readonly (readonly [claim: string, body: string, shown: string])[] = [
    ['a string', '{"password":"hunter2","a":1}', '{"password":"•••","a":1}'],
    ['a number', '{"api_key": 12345678 , "a":1}', '{"api_key": "•••" , "a":1}'],
    ['an object', '{"auth":{"user":"u","x":["hunter2"]},"a":1}', '{"auth":"•••","a":1}'],
    ['an array', '{"a":[{"privateKey":[[1,2],[3]]}],"b":2}', '{"a":[{"privateKey":"•••"}],"b":2}'],
    ['a name written with escapes', '{"pass\\u0077ord":"hunter2"}', '{"pass\\u0077ord":"•••"}'],
    ['a value that is cut off', '{"a":1,"token":"hunt', '{"a":1,"token":"•••"'],
    ['an object that is cut off', '{"a":1,"token":{"b":"hunt', '{"a":1,"token":"•••"'],
    ['JSON inside a string', '{"a":"{\\"password\\":\\"hunter2\\"}"}', '{"a":"{\\"password\\":\\"•••\\"}"}'],
    ['lines of JSON', '{"secret":"hunter2"}\n{"q":"x"}\n', '{"secret":"•••"}\n{"q":"x"}\n'],
  ];
  test.for(hiddenInJson)('of JSON hides %s under a name that says secret', ([, body, shown]) => {
    expect(textOf(body, 'application/json')).toBe(shown);
    // fetch sends a string as text/plain.
    expect(textOf(body, 'text/plain;charset=UTF-8')).toBe(shown);
  });

  const notShown: readonly (readonly [what: string, body: string, type: string])[] = [
    ['JSON that is none', `{password: 'hunter2', q: 1}`, 'application/json'],
    ['a value behind a value', '{"password": "x" "hunter2"}', 'application/json'],
    ['a form', 'q=cats&pass%77ord=hunter2', 'application/x-www-form-urlencoded'],
    ['JSON in a form', 'q=cats&data=%7B%22password%22%3A%22hunter2%22%7D', 'application/x-www-form-urlencoded'],
    ['XML', '<q>cats</q><password type="plain">hunter2</password>', 'application/soap+xml'],
    ['an attribute', '<user password="hunter2"/>', 'text/xml'],
    ['a line of text', 'q: cats\npassword: hunter2\n', 'text/plain'],
    ['JSON in the midst of a string', '{"log":"sent {\\"password\\":\\"hunter2\\"}"}', 'application/json'],
    ['an assignment in a string', '{"log":"sent password=hunter2"}', 'application/json'],
    ['a URL', '{"url":"https://u:hunter2@a.test/"}', 'application/json'],
    ['a query', '{"url":"https://a.test/x?k=hunter2"}', 'application/json'],
  ];
  test.for(notShown)('hides the secret in %s', ([, body, type]) => {
    const text = textOf(body, type);
    expect(text).not.toBeNull();
    expect(text).not.toContain('hunter2');
  });

  test('hides bytes and tokens under any name', () => {
    const bytes = Array.from({ length: 64 }, (_, n) => 200 - n);
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';
    const text = json({ wallet: bytes, note: `use ${jwt}`, q: 'cats' })?.text;
    expect(text).toContain('cats');
    expect(text).not.toContain('198');
    expect(text).not.toContain('eyJ');
  });

  test('keeps what pretends or steers as it is: the screen makes it visible', () => {
    const body = '{"q":"a\u202Eb\u200Bc\u0007"}';
    expect(textOf(body, 'application/json')).toBe(body);
  });

  const noText: readonly (readonly [why: string, sent: Sent])[] = [
    ['an image', { body: 'GIF89a', type: 'image/gif' }],
    ['form data in parts', { body: 'x', type: 'multipart/form-data; boundary=x' }],
    ['no type', { body: 'plain', type: null }],
    ['two types', { body: 'plain', type: 'text/plain', headers: ['Content-Type', 'text/html'] }],
    ['bytes that are no UTF-8', { body: Uint8Array.of(0x61, 0xff, 0x62), type: 'text/plain' }],
    ['a character that never ends', { body: Uint8Array.of(0x61, 0xe2, 0x82), type: 'text/plain' }],
    ['a NUL', { body: 'p\0a\0s\0s\0', type: 'text/plain' }],
    ['another charset', { body: '+AHAAYQBz-', type: 'text/plain; charset=utf-7' }],
    ['a coding', { body: 'abc', type: 'text/plain', headers: ['Content-Encoding', 'gzip'] }],
  ];
  test.for(noText)('with %s is shown by its size alone', ([, sent]) => {
    const bytes = Buffer.from(sent.body ?? '').length;
    expect(seen(sent).body).toMatchObject({ bytes, text: null, cut: false });
  });

  test('that was freed meanwhile is shown by its size alone', () => {
    const request = { url: new URL('http://seller.test/'), rawHeaders: ['Content-Type', 'text/plain'] };
    const { body } = glimpseOf(request, offerOf(), { bytes: 9, head: new Uint8Array() });
    expect(body).toEqual({ contentType: 'text/plain', bytes: 9, text: null, cut: false });
  });

  test('that is long is cut before a character or word that would be broken', () => {
    for (const shift of [0, 1, 2]) {
      const body = seen({ body: `${'x'.repeat(shift)} ${'€'.repeat(2000)}`, type: 'text/plain' }).body;
      expect(body).toMatchObject({ bytes: 6001 + shift, cut: true });
      expect(body?.text).toMatch(/^x* €+$/);
    }
    // Its first letters alone would look like any word.
    const secret = 'sk0live4eC39HqLyjWDarjtT1zdp7dcXXXX';
    const text = textOf(`${'a b '.repeat(495)}${secret.padEnd(400, 'z')}`, 'text/plain');
    expect(text).not.toContain('sk0');
    expect(text?.length).toBeGreaterThan(1900);
  });

  test('whose hidden values made it longer stays below 2 KiB', () => {
    const body = json(Array.from({ length: 300 }, () => ({ key: 1 })));
    expect(body?.cut).toBe(true);
    expect(body?.text?.length).toBeLessThanOrEqual(2048);
  });
});

describe('the offer', () => {
  test('is in the seller’s words, with what it costs to wait in whole seconds', () => {
    const offer = offerOf({ url: 'http://seller.test/thing', description: 'A cat\u202E' }, 59.5);
    expect(seen({ offer }).offer).toEqual({
      description: 'A cat\u202E',
      resource: 'http://seller.test/thing',
      scheme: 'exact',
      network,
      payTo,
      maxTimeoutSeconds: 60,
    });
    expect(seen({ offer: offerOf(null) }).offer).toMatchObject({ description: null, resource: null });
  });

  test('is cut where it is long', () => {
    const offer = offerOf({ url: `http://seller.test/${'p/'.repeat(1000)}`, description: 'd '.repeat(1000) });
    const { description, resource } = seen({ offer }).offer;
    expect([description?.length, resource?.length]).toEqual([512, 512]);
  });
});

test('the query string appears nowhere', () => {
  const query = '?q=canary&page=2';
  const url = `http://seller.test/thing${query}`;
  const headers = [
    'Referer',
    url,
    'X-Original-Url',
    `/thing${query}`,
    'Origin',
    'http://seller.test',
    'X-Path',
    `<${url}>`,
  ];
  const offer = offerOf({
    url: `http://u:canary@seller.test/thing${query}#canary`,
    description: `This is ${url} ${query}`,
  });
  const shown = seen({ url, headers, offer, body: `I ask ${query}`, type: 'text/plain' });
  expect(JSON.stringify(shown)).not.toContain('canary');
  expect(shown.headers).toContainEqual({ name: 'Referer', value: 'http://seller.test/thing' });
  expect(shown.offer.resource).toBe('http://seller.test/thing');
  expect(shown.body?.text).toBe('I ask ');
});

const secret = fc.string({ minLength: 8, maxLength: 60 }).map((noise) => `canary${noise}`);
const around = fc.stringMatching(/^[a-z_.-]{0,6}$/);
const word = fc.constantFrom(
  'token',
  'Secret',
  'api_key',
  'Authorization',
  'SESSION',
  'credential',
  'signature',
  'passWord',
);
const secretKey = fc.tuple(around, word, around).map((parts) => parts.join(''));

test('no secret under a name that says so ever appears, wherever the body is cut', () => {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
      fc
        .tuple(secretKey, fc.oneof(secret, fc.array(secret, { maxLength: 3 }), fc.dictionary(fc.string(), secret)))
        .map(([key, value]) => ({ [key]: value })),
      tie('node').map((inner) => JSON.stringify(inner)),
    ),
  }));
  fc.assert(
    fc.property(
      node,
      secretKey,
      secret,
      fc.nat(2100),
      fc.constantFrom('application/json', 'text/plain', 'application/problem+json'),
      fc.constantFrom(0, 2),
      (tree, key, value, padding, type, indent) => {
        const body = JSON.stringify({ padding: 'x '.repeat(padding / 2), tree, [key]: value }, null, indent);
        const name = key.replaceAll(/[^\w-]/g, '-');
        const shown = seen({ headers: [name, value, `X-${name}`, value], body, type });
        expect(shown.body?.text).not.toBeNull();
        expect(JSON.stringify(shown)).not.toContain('canary');
      },
    ),
    { numRuns: 1_000 },
  );
});

test('is at most 8 Ki characters, whatever comes', () => {
  const anything = fc.string({ maxLength: 3000, unit: 'binary' });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 300 }), anything), { maxLength: 120 }),
      anything,
      anything,
      fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'text/xml'),
      (headers, body, description, type) => {
        const offer = offerOf({ url: 'http://seller.test/', description });
        const { headers: shown, body: preview, offer: told } = seen({ headers: headers.flat(), body, type, offer });
        const texts = [...shown.flatMap(({ name, value }) => [name, value]), preview?.text, ...Object.values(told)];
        const length = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
        expect(length).toBeLessThanOrEqual(8192);
      },
    ),
    { numRuns: 50 },
  );
});
