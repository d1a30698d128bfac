import { expect, test } from 'vitest';
import { KeptBodies } from '../../../../src-main/base/http/kept-body.ts';

test('keeps a body of any chunks byte for byte', () => {
  const body = new KeptBodies({ each: 100, total: 1000 }).open();
  for (const part of ['a', 'bc', '', 'd\xff\0']) body.add(Buffer.from(part, 'latin1'));
  expect(body.bytes.toString('latin1')).toBe('abcd\xff\0');
  expect(body.overflowed).toBe(false);
});

test('a copy is a copy: what the caller does to its chunk afterwards does not matter', () => {
  const body = new KeptBodies({ each: 100, total: 1000 }).open();
  const chunk = Buffer.from('abc');
  body.add(chunk);
  chunk.fill(0);
  expect(body.bytes.toString()).toBe('abc');
});

test('a body as large as the limit fits, and one byte more does not and is not held', () => {
  const bodies = new KeptBodies({ each: 100, total: 1000 });
  const fits = bodies.open();
  for (let i = 0; i < 100; i += 1) fits.add(Buffer.from('x'));
  expect(fits.overflowed).toBe(false);
  expect(fits.bytes.length).toBe(100);
  const held = bodies.held;
  const over = bodies.open();
  for (let i = 0; i < 101; i += 1) over.add(Buffer.from('x'));
  expect(over.overflowed).toBe(true);
  expect(over.bytes.length).toBe(0);
  expect(bodies.held).toBe(held);
});

test('all bodies together stay below the total, and room comes back when one is freed', () => {
  const bodies = new KeptBodies({ each: 100, total: 150 });
  const first = bodies.open();
  first.add(Buffer.alloc(100));
  const second = bodies.open();
  second.add(Buffer.alloc(60));
  expect(second.overflowed).toBe(true);
  expect(bodies.held).toBe(100);
  first.free();
  expect(bodies.held).toBe(0);
  const third = bodies.open();
  third.add(Buffer.alloc(60));
  expect(third.overflowed).toBe(false);
});

test('a freed body keeps nothing that still comes, and is not too large for it', () => {
  const bodies = new KeptBodies({ each: 100, total: 150 });
  const body = bodies.open();
  body.add(Buffer.alloc(10));
  body.free();
  body.free();
  body.add(Buffer.alloc(10));
  expect(bodies.held).toBe(0);
  expect(body.overflowed).toBe(false);
});

test('many tiny chunks hold no more than twice their bytes', () => {
  const bodies = new KeptBodies({ each: 1_000_000, total: 1_000_000 });
  const body = bodies.open();
  for (let i = 0; i < 10_000; i += 1) body.add(Buffer.from('x'));
  expect(body.bytes.length).toBe(10_000);
  expect(bodies.held).toBeLessThanOrEqual(20_000);
});
