import { describe, expect, it } from 'vitest';
import { blockhashes } from '../../../src-main/chain/sandbox/blockhashes.ts';

const secret = new Uint8Array(32).fill(1);

describe('blockhashes', () => {
  it('are valid for 150 blocks after their own and not one longer', () => {
    const hashes = blockhashes(secret);
    const blockhash = hashes.at(1_000);
    expect(hashes.heightOf(blockhash, 1_000)).toBe(1_000);
    expect(hashes.heightOf(blockhash, 1_150)).toBe(1_000);
    expect(hashes.heightOf(blockhash, 1_151)).toBeNull();
  });

  it('are known again after a restart, wherever the height is', () => {
    const blockhash = blockhashes(secret).at(500);
    for (const height of [500, 600, 650]) expect(blockhashes(secret).heightOf(blockhash, height)).toBe(500);
    expect(blockhashes(secret).heightOf(blockhash, 651)).toBeNull();
  });

  it('are not known before their time, nor on another chain', () => {
    const hashes = blockhashes(secret);
    expect(hashes.heightOf(hashes.at(11), 10)).toBeNull();
    expect(hashes.heightOf(blockhashes(new Uint8Array(32)).at(10), 10)).toBeNull();
  });

  it('survive a long jump ahead', () => {
    const hashes = blockhashes(secret);
    expect(hashes.heightOf(hashes.at(0), 0)).toBe(0);
    expect(hashes.heightOf(hashes.at(10_000_000), 10_000_100)).toBe(10_000_000);
    expect(hashes.heightOf(hashes.at(0), 10_000_100)).toBeNull();
  });
});
