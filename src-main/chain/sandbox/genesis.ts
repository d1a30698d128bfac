import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { faucetKey } from './faucet.ts';
import type { Birth } from './journal.ts';
import { systemPrograms } from './programs.ts';
import { newMint } from './token-layout.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const usdcDecimals = 6;
// Five million SOL: all lamports there are stay below 2^53, so they are exact as JSON numbers.
const faucetLamports = 5_000_000_000_000_000n;

/** A new chain: USDC under the faucet's authority, and a rich faucet. */
export function newGenesis(vm: VirtualMachine, mint: Uint8Array, clock: Clock, random: Random): Birth {
  const faucetSeed = random(32);
  const faucet = faucetKey(faucetSeed).address;
  const mintData = newMint(faucet, usdcDecimals);
  return {
    timeMs: clock.now(),
    secret: random(32),
    faucetSeed,
    mint,
    accounts: [
      {
        address: mint,
        state: {
          lamports: vm.rentExemptMinimum(mintData.length),
          owner: systemPrograms.token,
          data: mintData,
          executable: false,
        },
      },
      {
        address: faucet,
        state: { lamports: faucetLamports, owner: systemPrograms.system, data: new Uint8Array(), executable: false },
      },
    ],
  };
}
