import { ORPCError } from '@orpc/client';
import { describe, expect, test, vi } from 'vitest';
import { createLiveStore, type Link } from '../../../src-renderer/rpc/live.ts';
import { type CallContext, ownerOver } from '../../../src-renderer/rpc/owner-act.ts';
import { Cancelled, Unreachable } from '../../../src-renderer/rpc/problem.ts';

const refusal = (code: string) => new ORPCError('GROAT', { data: { code, what: `${code}.`, next: 'Try again.' } });
const needsPin = async ({ pin }: CallContext): Promise<string> => {
  if (pin === undefined) throw refusal('owner-required');
  if (pin !== 'right') throw refusal('pin-wrong');
  return 'done';
};
const unasked = () => Promise.reject(new Error('the PIN was asked for'));

function lineThatIs(link: Link) {
  const live = createLiveStore();
  live.setLink(link);
  return live;
}

describe('what only the owner may do', () => {
  test('is done without a PIN where none is wanted', async () => {
    expect(await ownerOver(lineThatIs('live'), unasked)('x', async () => 'done')).toBe('done');
  });

  test('asks as often as the PIN is wrong, and says so', async () => {
    const ask = vi.fn().mockResolvedValueOnce('wrong').mockResolvedValueOnce('right');
    expect(await ownerOver(lineThatIs('live'), ask)('resume', needsPin)).toBe('done');
    expect(ask.mock.calls).toEqual([
      [{ action: { does: 'resume', to: null }, problem: null }],
      [{ action: { does: 'resume', to: null }, problem: 'pin-wrong.' }],
    ]);
  });

  test('ends without a word when the person lets it be', async () => {
    await expect(ownerOver(lineThatIs('live'), async () => null)('x', needsPin)).rejects.toThrow(Cancelled);
  });

  test.each<Link>(['connecting', 'lost', 'signed-out'])('asks for no PIN while the line is %s', async (link) => {
    await expect(ownerOver(lineThatIs(link), unasked)('x', needsPin)).rejects.toThrow(Unreachable);
  });

  test('sends no PIN to whoever listens once the line broke while it was typed', async () => {
    const live = lineThatIs('live');
    const call = vi.fn(needsPin);
    const ask = async () => {
      live.setLink('lost');
      return 'right';
    };
    await expect(ownerOver(live, ask)('x', call)).rejects.toThrow(Unreachable);
    expect(call.mock.calls).toEqual([[{}]]);
  });
});
