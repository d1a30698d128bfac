import { expect, test } from 'vitest';
import { exportCsv } from '../../../src-main/log/export.ts';
import { chainOf, draftOf, headOf, testKey } from './log-fixture.ts';

const csvOf = (drafts: Parameters<typeof chainOf>[0]) => {
  const entries = chainOf(drafts);
  const store = { entries: (from: number) => entries.slice(from - 1) };
  return { entries, rows: [...exportCsv(store, testKey().signed(headOf(entries.at(-1))))] };
};

test('one row for each entry under a row of names, ended as RFC 4180 asks', () => {
  const { entries, rows } = csvOf([draftOf(1, { agent: null, data: {} })]);
  expect(rows).toEqual([
    'seq,at,kind,agent,subject,data,hash\r\n',
    `1,2023-11-14T22:13:20.000Z,order,,ord_1,{},${entries[0]?.hash}\r\n`,
  ]);
});

test('commas, quotes and line ends are quoted', () => {
  const { rows } = csvOf([draftOf(1, { subject: 'a,"b"\nc', data: { x: 'y' } })]);
  expect(rows[1]).toContain(',"a,""b""\nc","{""x"":""y""}",');
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-cmd', "'-cmd"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t'=1"],
  ['\r=1', "'\r'=1"],
  ['a;=1', "a;'=1"],
])('a spreadsheet does not run %j', (text, cell) => {
  const { rows } = csvOf([draftOf(1, { agent: text, subject: text })]);
  const row = rows[1] ?? '';
  expect(row.split(cell).length).toBe(3);
});
