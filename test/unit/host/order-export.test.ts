import { describe, expect, test } from 'vitest';
import { exportOrders } from '../../../src-main/host/order-export.ts';
import { toOrderLine } from '../../../src-main/host/order-view.ts';
import { toRefusalLine } from '../../../src-main/host/refusal-line.ts';
import type { OrderRecord } from '../../../src-main/wallet/index.ts';
import { networks, toAtomic } from '../../../src-shared/model/index.ts';

const network = networks.sandbox;
const filter = { text: null, agent: null, states: null, from: null, until: null };

const order = (seq: number, changes: Partial<OrderRecord> = {}): OrderRecord => ({
  seq,
  id: `ord_${seq}`,
  agent: 'bot',
  method: 'GET',
  url: 'https://shop.example/x',
  dialect: 'x402-v2',
  network: network.caip2,
  asset: network.usdc.mint,
  amount: toAtomic(10_000n),
  payee: 'Payee',
  life: { state: 'released', payment: null, why: 'it could not be signed' },
  httpStatus: null,
  createdAt: Date.parse('2026-11-20T10:00:00Z'),
  updatedAt: Date.parse('2026-11-20T10:00:01Z'),
  steps: [],
  ...changes,
});

/** In pages of two, as a search that finds little gives them. */
function exporting(orders: readonly OrderRecord[], format: 'csv' | 'json', signal?: AbortSignal) {
  const look = (_: unknown, { before }: { before: number | null }) => {
    const rest = orders.filter(({ seq }) => before === null || seq < before);
    const page = rest.slice(0, 2);
    return { orders: page, next: rest.length > 2 ? (page.at(-1)?.seq ?? null) : null };
  };
  return exportOrders({ look }, filter, format, (one) => toOrderLine(one, network), signal);
}

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

test('CSV has a header, a line for each order, and an empty cell for what is not known', async () => {
  const [header, ...lines] = (await text(exporting([order(2), order(1)], 'csv'))).split('\r\n');
  expect(header).toBe('seq,id,createdAt,updatedAt,agent,method,url,payee,amount,asset,state,httpStatus,signature,why');
  expect(lines).toEqual([
    '2,ord_2,2026-11-20T10:00:00.000Z,2026-11-20T10:00:01.000Z,bot,GET,https://shop.example/x,Payee,0.01,USDC,released,,,it could not be signed',
    '1,ord_1,2026-11-20T10:00:00.000Z,2026-11-20T10:00:01.000Z,bot,GET,https://shop.example/x,Payee,0.01,USDC,released,,,it could not be signed',
    '',
  ]);
});

describe('a cell from outside', () => {
  test.for([
    ['=HYPERLINK("http://evil.example";"x")', `"'=HYPERLINK(""http://evil.example"";""x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r'=1"`],
    ['\n=1', `"'\n'=1"`],
    // As a spreadsheet reads it whose cells end with a semicolon, a bar or a tab.
    ["http://evil.example/a;=cmd|'/Ccalc'!A0;x", `"http://evil.example/a;'=cmd|'/Ccalc'!A0;x"`],
    ['a;\0 +1', `"a;'\0 +1"`],
    ['a;"=1"', `"a;'""=1"""`],
    ['a|-1', `"a|'-1"`],
    ['a\t@x', `"a\t'@x"`],
    ['a\n＝1', `"a\n'＝1"`],
    ['a;;=1', `"a;;'=1"`],
    ['a;b=c', '"a;b=c"'],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['a=b', 'a=b'],
    ['', ''],
  ] as const)('%j is written as %j: one cell, and no formula', async ([payee, cell]) => {
    const csv = await text(exporting([order(1, { payee })], 'csv'));
    expect(csv).toContain(`,https://shop.example/x,${cell},0.01,`);
  });
});

test('no more of an address goes to a screen than we write of one', () => {
  const url = `https://shop.example/${'a'.repeat(60_000)}`;
  expect(toOrderLine(order(1, { url }), network).url).toHaveLength(2048);
  const data = {
    action: 'pay',
    decision: 'denied',
    reason: 'internal',
    amount: '0',
    asset: '',
    method: 'GET',
    payee: '',
  };
  const entry = {
    seq: 1,
    at: 1,
    prev: '',
    hash: '',
    kind: 'decision',
    agent: 'bot',
    subject: null,
    data: { ...data, url },
  } as const;
  expect(toRefusalLine(entry, network)?.url).toHaveLength(2048);
});

test.for([0, 1, 2, 3, 7])('JSON of %i orders is one array, whatever pages it came in', async (count) => {
  const orders = Array.from({ length: count }, (_, i) => order(count - i, { payee: '=1","' }));
  const parsed = JSON.parse(await text(exporting(orders, 'json')));
  expect(parsed).toHaveLength(count);
  expect(parsed.map(({ seq }: { seq: number }) => seq)).toEqual(orders.map(({ seq }) => seq));
  for (const one of parsed)
    expect(one).toMatchObject({ payee: '=1","', amount: '0.01', createdAt: '2026-11-20T10:00:00.000Z' });
});

test('reads no further once nobody reads any more, also where nothing is found', async () => {
  const left = new AbortController();
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks === 3) left.abort();
    return { orders: [], next: 5 };
  };
  await text(exportOrders({ look }, filter, 'json', (one) => toOrderLine(one, network), left.signal));
  expect(looks).toBe(3);
});

test('a reader who stops in the middle is all it takes to end it', async () => {
  const orders = Array.from({ length: 9 }, (_, i) => order(9 - i));
  const pieces = exporting(orders, 'csv');
  for await (const piece of pieces) if (piece.startsWith('9,')) break;
  expect(await pieces.next()).toEqual({ done: true, value: undefined });
});
