import { randomBytes } from 'node:crypto';
import { getAddressEncoder } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Bank, openBank } from '../../../src-main/chain/sandbox/bank.ts';
import { toBase58 } from '../../../src-main/chain/sandbox/base58.ts';
import { blockhashes } from '../../../src-main/chain/sandbox/blockhashes.ts';
import { openChainFile } from '../../../src-main/chain/sandbox/chain-file.ts';
import { faucetKey, openFaucet } from '../../../src-main/chain/sandbox/faucet.ts';
import { newGenesis } from '../../../src-main/chain/sandbox/genesis.ts';
import { type Journal, openJournal } from '../../../src-main/chain/sandbox/journal.ts';
import { slotClock } from '../../../src-main/chain/sandbox/slot-clock.ts';
import { startVirtualMachine } from '../../../src-main/chain/sandbox/virtual-machine.ts';
import { newFolder, usdc } from './fixture.ts';

describe('the bank', () => {
  const folder = newFolder();
  const mint = Uint8Array.from(getAddressEncoder().encode(usdc));
  let journal: Journal;
  let bank: Bank;
  let diskIsFull = false;

  beforeAll(async () => {
    const vm = await startVirtualMachine();
    journal = openJournal(openChainFile(folder.dir, () => newGenesis(vm, mint, systemClock, systemRandom)));
    const failing: Journal = {
      ...journal,
      record(landing) {
        if (diskIsFull) throw new Error('the disk is full');
        journal.record(landing);
      },
    };
    const clock = slotClock(systemClock, { genesisMs: systemClock.now(), highWater: 0, slotMs: 86_400_000 });
    bank = openBank(vm, failing, clock, blockhashes(journal.genesis.secret));
  });
  afterAll(() => {
    journal.close();
    folder.remove();
  });

  it('has done nothing when the journal could not be written, and can do it afterwards', () => {
    const { faucetSeed } = journal.genesis;
    const faucet = openFaucet(bank, faucetSeed, mint, systemRandom);
    const faucetLamports = () => bank.account(faucetKey(faucetSeed).address)?.lamports;
    const [owner, account] = [randomBytes(32), randomBytes(32)];
    const before = faucetLamports();

    diskIsFull = true;
    expect(() => faucet.airdrop(owner, 5_000_000n)).toThrow('the disk is full');
    expect(bank.account(owner)).toBeNull();
    expect(faucetLamports()).toBe(before);
    expect(journal.history(owner, null, null, 10)).toEqual([]);

    diskIsFull = false;
    const signature = faucet.airdrop(owner, 5_000_000n);
    expect(bank.account(owner)?.lamports).toBe(5_000_000n);
    expect(journal.history(owner, null, null, 10).map((entry) => toBase58(entry.signature))).toEqual([signature]);
    expect(() => faucet.fund(owner, account, 1n)).toThrow('failed');
    expect(bank.account(account)).toBeNull();
  });
});
