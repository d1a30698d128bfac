import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createOwner, type Owner, type PinEvent, type Stretch } from '../../../src-main/policy/owner-pin.ts';

const right = 'correct horse';
const minute = 60_000;
const hour = 60 * minute;
const pinOf = (text: string) => Buffer.from(text);

/** A desk that a test can stop and start again: what was written stays, what was in memory goes. */
function aDesk() {
  const clock = { wall: 1_700_000_000_000, ticks: 0 };
  const time: Clock = { now: () => clock.wall, monotonic: () => clock.ticks };
  const desk = {
    clock,
    /** Time goes by as it should. */
    pass(ms: number) {
      clock.wall += ms;
      clock.ticks += ms;
    },
    stored: null as string | null,
    events: [] as PinEvent[],
    stretched: 0,
    /** Makes the next stretch never end, as a crash does. */
    dieInStretch: false,
    start(pepper: Uint8Array = Buffer.alloc(32, 1), stretch?: Stretch): Owner {
      // Quick, and of a secret and a salt, as the real one is.
      const quick: Stretch = (secret, { salt }) => {
        desk.stretched += 1;
        if (desk.dieInStretch) return new Promise(() => undefined);
        return Promise.resolve(createHash('sha256').update(secret).update(salt).digest());
      };
      return createOwner({
        row: {
          read: () => desk.stored,
          write: async (value, event) => {
            await Promise.resolve();
            desk.stored = value;
            desk.events.push(event);
          },
        },
        pepper,
        clock: time,
        random: systemRandom,
        stretch: stretch ?? quick,
      });
    },
  };
  return desk;
}

async function withPin() {
  const desk = aDesk();
  const owner = desk.start();
  expect(await owner.setPin(pinOf(right), null)).toBe('set');
  desk.stretched = 0;
  return { desk, owner };
}

async function guess(owner: Owner, times: number) {
  const answers: unknown[] = [];
  for (let i = 0; i < times; i++) answers.push(await owner.verify(pinOf(`wrong guess ${i}`)));
  return answers;
}

const lockedFor = (desk: ReturnType<typeof aDesk>, ms: number) => ({ kind: 'locked', until: desk.clock.wall + ms });

describe('the PIN', () => {
  test('right is right, each time, after a restart too', async () => {
    const { desk, owner } = await withPin();
    expect(await owner.verify(pinOf(right))).toBe('right');
    expect(await desk.start().verify(pinOf(right))).toBe('right');
  });

  test('under real scrypt is right or wrong too', async () => {
    let stored: string | null = null;
    const owner = createOwner({
      row: {
        read: () => stored,
        write: async (value) => {
          stored = value;
        },
      },
      pepper: Buffer.alloc(32, 1),
      clock: { now: () => 0, monotonic: () => 0 },
      random: systemRandom,
    });
    await owner.setPin(pinOf(right), null);
    expect(await owner.verify(pinOf('correct horsf'))).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(await owner.verify(pinOf(right))).toBe('right');
  });

  test.each([
    ['', 'shorter'],
    ['correct hors', 'cut'],
    ['correct horse ', 'with a space more'],
    ['Correct horse', 'in another case'],
    ['x'.repeat(5_000), 'very long'],
    ['correct horse\0', 'with a zero byte more'],
  ])('%# is wrong when it is not exactly it', async (text) => {
    const { owner } = await withPin();
    expect(await owner.verify(pinOf(text))).toEqual({ kind: 'wrong', triesLeft: 4 });
  });

  test('is none where none was set, and no try is counted', async () => {
    const desk = aDesk();
    expect(await desk.start().verify(pinOf(right))).toBe('none');
    expect(desk).toMatchObject({ stored: null, stretched: 0 });
  });

  test('stays wrong when the pepper is another: a stolen database is not enough to guess at', async () => {
    const { desk } = await withPin();
    const thief = desk.start(Buffer.alloc(32, 2));
    expect(await thief.verify(pinOf(right))).toEqual({ kind: 'wrong', triesLeft: 4 });
  });

  test('stands nowhere in what is stored, and is zeroed in what was handed in', async () => {
    const { desk, owner } = await withPin();
    const handed = [pinOf(right), pinOf('wrong wrong'), pinOf('another one'), pinOf(right)] as const;
    await owner.verify(handed[0]);
    await owner.verify(handed[1]);
    await owner.setPin(handed[2], handed[3]);
    for (const pin of handed) expect(pin.every((byte) => byte === 0)).toBe(true);
    for (const form of [right, ...(['hex', 'base64', 'base64url'] as const).map((as) => pinOf(right).toString(as))]) {
      expect(desk.stored).not.toContain(form);
    }
  });

  test('a row that cannot be read proves nobody, and is nobody’s to replace', async () => {
    const { desk, owner } = await withPin();
    const whole = JSON.parse(desk.stored ?? '');
    for (const broken of [
      '',
      'null',
      '{}',
      JSON.stringify({ ...whole, n: 2 }),
      JSON.stringify({ ...whole, tries: -9 }),
    ]) {
      desk.stored = broken;
      await expect(owner.verify(pinOf(right))).rejects.toMatchObject({ code: 'policy-altered' });
      await expect(owner.setPin(pinOf('my own choice'), null)).rejects.toMatchObject({ code: 'policy-altered' });
      expect(desk.stored).toBe(broken);
    }
  });
});

describe('setting a PIN', () => {
  test.each([
    ['seven characters', Buffer.from('1234567')],
    ['seven characters of four bytes each', Buffer.from('💶'.repeat(7))],
    ['none at all', Buffer.alloc(0)],
    ['more than 1024 bytes', Buffer.from('x'.repeat(1_025))],
    ['bytes that are not UTF-8', Buffer.from('ff'.repeat(9), 'hex')],
  ])('refuses %s, and counts no try of the current one', async (_, pin) => {
    const { desk, owner } = await withPin();
    const before = desk.stored;
    await expect(owner.setPin(pin, pinOf('wrong wrong'))).rejects.toMatchObject({ code: 'pin-weak' });
    expect(desk.stored).toBe(before);
  });

  test('takes eight characters of any script', async () => {
    const desk = aDesk();
    const owner = desk.start();
    expect(await owner.setPin(pinOf('ключ–€💶8'), null)).toBe('set');
    expect(await owner.verify(pinOf('ключ–€💶8'))).toBe('right');
  });

  test('over another needs that one: none is refused, a wrong one is a try, the right one does', async () => {
    const { owner } = await withPin();
    expect(await owner.setPin(pinOf('my own choice'), null)).toBe('current-needed');
    expect(await owner.setPin(pinOf('my own choice'), pinOf('wrong wrong'))).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(await owner.verify(pinOf(right))).toBe('right');
    expect(await owner.setPin(pinOf('my own choice'), pinOf(right))).toBe('set');
    expect(await owner.verify(pinOf(right))).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(await owner.verify(pinOf('my own choice'))).toBe('right');
  });

  test('for the first time, twice at once: one of them is set, the other needs it', async () => {
    const owner = aDesk().start();
    const answers = await Promise.all([
      owner.setPin(pinOf('first of all'), null),
      owner.setPin(pinOf('second one'), null),
    ]);
    expect(answers).toEqual(['set', 'current-needed']);
    expect(await owner.verify(pinOf('first of all'))).toBe('right');
  });

  test('is not a way around the lock', async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 5);
    expect(await owner.setPin(pinOf('my own choice'), pinOf(right))).toEqual(lockedFor(desk, minute));
  });
});

describe('wrong tries', () => {
  test('are five, of which the last locks for a minute, and then the right one does not open', async () => {
    const { desk, owner } = await withPin();
    expect(await guess(owner, 5)).toEqual([
      ...[4, 3, 2, 1].map((triesLeft) => ({ kind: 'wrong', triesLeft })),
      lockedFor(desk, minute),
    ]);
    desk.pass(minute - 1);
    expect(await owner.verify(pinOf(right))).toEqual(lockedFor(desk, 1));
    desk.pass(1);
    expect(await owner.verify(pinOf(right))).toBe('right');
  });

  test('after the first lock double the wait each, up to an hour and no further', async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 5);
    const waits: number[] = [];
    for (let wait = minute; waits.length < 8; ) {
      desk.pass(wait);
      const [answer] = await guess(owner, 1);
      expect(answer).toMatchObject({ kind: 'locked' });
      wait = (owner.state().lockedUntil ?? 0) - desk.clock.wall;
      waits.push(wait / minute);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('are forgotten with a right one', async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 4);
    expect(await owner.verify(pinOf(right))).toBe('right');
    expect((await guess(owner, 5)).at(-1)).toEqual(lockedFor(desk, minute));
    desk.pass(minute);
    expect(await owner.verify(pinOf(right))).toBe('right');
    expect((await guess(owner, 5)).at(-1)).toEqual(lockedFor(desk, minute));
  });

  test('a hundred at once are a hundred: five are tried, the right one among the others is not', async () => {
    const { desk, owner } = await withPin();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => owner.verify(pinOf(i === 50 ? right : `wrong guess ${i}`))),
    );
    expect(answers).not.toContain('right');
    expect(answers.filter((answer) => typeof answer === 'object' && answer.kind === 'wrong')).toHaveLength(4);
    expect(desk.stretched).toBe(5);
  });

  test('while it is locked are not even stretched', async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 50);
    expect(desk.stretched).toBe(5);
    expect(desk.events.filter((event) => event === 'pin-locked')).toHaveLength(1);
  });

  test('count though the process dies before the answer: each crash costs a try, the fifth locks', async () => {
    const { desk } = await withPin();
    desk.dieInStretch = true;
    for (let i = 0; i < 5; i++) {
      void desk.start().verify(pinOf(`wrong guess ${i}`));
      await expect.poll(() => desk.stretched).toBe(i + 1);
    }
    desk.dieInStretch = false;
    expect(await desk.start().verify(pinOf(right))).toEqual(lockedFor(desk, minute));
  });

  test('that cannot be written down are not tried at all', async () => {
    const { desk } = await withPin();
    const { stored } = desk;
    const owner = createOwner({
      row: { read: () => stored, write: () => Promise.reject(new Error('disk full')) },
      pepper: Buffer.alloc(32, 1),
      clock: { now: () => 0, monotonic: () => 0 },
      random: systemRandom,
      stretch: () => Promise.reject(new Error('tried')),
    });
    await expect(owner.verify(pinOf(right))).rejects.toThrow('disk full');
  });

  test('are on record as what they were', async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 5);
    desk.pass(minute);
    await owner.verify(pinOf(right));
    expect(desk.events).toEqual([
      'pin-set',
      ...Array.from({ length: 4 }, () => 'pin-tried'),
      'pin-locked',
      'pin-locked',
      'pin-right',
    ]);
  });
});

describe('the lock', () => {
  const lockedDesk = async () => {
    const { desk, owner } = await withPin();
    await guess(owner, 5);
    return { desk, owner };
  };

  test('outlives a restart, and ends when it would have', async () => {
    const { desk } = await lockedDesk();
    desk.pass(20_000);
    expect(await desk.start().verify(pinOf(right))).toEqual(lockedFor(desk, 40_000));
    desk.pass(39_999);
    expect(await desk.start().verify(pinOf(right))).toEqual(lockedFor(desk, 1));
    desk.pass(1);
    expect(await desk.start().verify(pinOf(right))).toBe('right');
  });

  test('is not opened by setting the clock forward, nor made longer by setting it back', async () => {
    const { desk, owner } = await lockedDesk();
    desk.clock.wall += 24 * hour;
    expect(await owner.verify(pinOf(right))).toEqual(lockedFor(desk, minute));
    desk.clock.wall -= 48 * hour;
    expect(await owner.verify(pinOf(right))).toEqual(lockedFor(desk, minute));
    desk.pass(minute - 1);
    expect(await owner.verify(pinOf(right))).toMatchObject({ kind: 'locked' });
    desk.pass(1);
    expect(await owner.verify(pinOf(right))).toBe('right');
  });

  test('is not opened by setting the clock back before a restart, and does not last for ever', async () => {
    const { desk } = await lockedDesk();
    desk.clock.wall -= 365 * 24 * hour;
    const owner = desk.start();
    expect(await owner.verify(pinOf(right))).toEqual(lockedFor(desk, hour));
    desk.pass(hour / 2);
    // The shortened wait is on disk: another restart does not begin it anew.
    const again = desk.start();
    expect(await again.verify(pinOf(right))).toEqual(lockedFor(desk, hour / 2));
    desk.pass(hour / 2);
    expect(await again.verify(pinOf(right))).toBe('right');
  });

  test('holds for the second time though it would end at the very time at which the first one did', async () => {
    const { desk, owner } = await lockedDesk();
    const { lockedUntil } = JSON.parse(desk.stored ?? '');
    desk.pass(minute);
    desk.clock.wall = lockedUntil - 2 * minute;
    await guess(owner, 1);
    expect(JSON.parse(desk.stored ?? '').lockedUntil).toBe(lockedUntil);
    expect(await owner.verify(pinOf(right))).toEqual(lockedFor(desk, 2 * minute));
  });

  test('is told by the state, which tries nothing', async () => {
    const { desk, owner } = await lockedDesk();
    const { stored } = desk;
    expect(owner.state()).toEqual({ hasPin: true, lockedUntil: desk.clock.wall + minute });
    desk.pass(minute);
    expect(owner.state()).toEqual({ hasPin: true, lockedUntil: null });
    expect(desk.stored).toBe(stored);
    expect(aDesk().start().state()).toEqual({ hasPin: false, lockedUntil: null });
  });
});
