import { expect, test } from 'vitest';
import { noCheckpoints } from '../../../src-main/base/checkpoint.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { createBroadcast } from '../../../src-main/payments/index.ts';
import type { Authorization } from '../../../src-main/policy/index.ts';
import type { OrderRecord } from '../../../src-main/wallet/index.ts';

const authorization = Object.freeze({}) as Authorization;

/** A rail whose fee payer holds so many lamports; nothing is ever sent. */
function railWith(lamports: bigint, simulation: string | null = null, look = () => ({ orders: [], next: null })) {
  const told: string[] = [];
  let sends = 0;
  const rail = createBroadcast({
    orders: {
      prepareOwn: async () => ({
        unsigned: new Uint8Array(1),
        submit: () => Promise.reject(new Error('submitted')),
      }),
      report: async (id, event) => {
        told.push(`${id} ${event.kind}`);
        return {} as OrderRecord;
      },
    },
    search: { look },
    chain: {
      solBalance: async () => lamports,
      simulate: async () => ({ error: simulation, units: null, logs: [] }),
      status: async () => null,
      send: async () => {
        sends += 1;
        return '';
      },
    },
    spender: 'Spender',
    feePayer: 'FeePayer',
    clock: systemClock,
    log: silentLog,
    reached: noCheckpoints,
  });
  return { rail, told, sends: () => sends };
}

test('a fee payer that has run dry sends nothing, says so in a sentence, and the money is free again', async () => {
  for (const lamports of [0n, 10_000n]) {
    const { rail, told, sends } = railWith(lamports);
    const outcome = await rail.prepare(authorization, 'ord_1', 'memo');
    expect(outcome).toMatchObject({ kind: 'denied', reason: 'insufficient-funds' });
    expect('detail' in outcome && outcome.detail).toMatch(
      /^Groat’s own fee payer FeePayer has (0|0\.00001) SOL, too little to send this transfer\.$/,
    );
    expect(told).toEqual(['ord_1 abandoned']);
    expect(sends()).toBe(0);
  }
});

test('what sellers can make us spend in SOL ends at 0.01 a day; what was not sent does not count', async () => {
  const failing = railWith(10n ** 9n, 'AccountNotFound');
  for (let i = 0; i < 1_100; i += 1)
    expect(await failing.rail.prepare(authorization, 'ord', 'm')).toMatchObject({ reason: 'offer-unsupported' });

  const { rail } = railWith(10n ** 9n);
  for (let i = 0; i < 1_100; i += 1) {
    const left = await rail.prepare(authorization, 'ord', 'm');
    if ('kind' in left) throw new Error(left.detail);
    // Nobody waits any more, or it could not be submitted: either way once.
    if (i % 2 === 0) await left.send().catch(() => undefined);
    left.drop();
    left.drop();
  }
  const allowed = 999;
  for (let i = 0; i < allowed; i += 1)
    expect(await rail.prepare(authorization, `ord_${i}`, 'memo')).not.toHaveProperty('kind');
  for (let i = 0; i < 2; i += 1) {
    const outcome = await rail.prepare(authorization, 'ord_more', 'memo');
    expect(outcome).toMatchObject({ kind: 'denied', reason: 'insufficient-funds' });
    expect('detail' in outcome && outcome.detail).toContain('0.01 SOL a day');
  }
});

test('books that cannot be read once are read again, and count nothing until then', async () => {
  let broken = true;
  const { rail, told } = railWith(10n ** 9n, null, () => {
    if (broken) throw new Error('database is locked');
    return { orders: [], next: null };
  });
  await expect(rail.prepare(authorization, 'ord_1', 'memo')).rejects.toThrow('database is locked');
  expect(told, 'what was reserved is free again').toEqual(['ord_1 abandoned']);
  broken = false;
  expect(await rail.prepare(authorization, 'ord_2', 'memo')).not.toHaveProperty('kind');
});
