import type { Bank } from '../bank.ts';
import { toBase58 } from '../base58.ts';
import type { Method } from '../json-rpc.ts';
import { parseBase58 } from '../params.ts';
import { RpcError } from '../rpc-error.ts';
import { slotsPerEpoch } from '../virtual-machine.ts';
import { withContext } from './context.ts';

// Devnet's: official x402 clients know no other id that the sandbox could have (x402 reference, section 4).
const genesisHash = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';
const blockNotAvailable = -32004;

/** Time, blocks and the node itself. Height and slot are one number here. */
export function blockMethods(bank: Bank): Record<string, Method> {
  return {
    getSlot: () => bank.slot(),
    getBlockHeight: () => bank.slot(),

    getLatestBlockhash() {
      const { blockhash, lastValidBlockHeight } = bank.latestBlockhash();
      return withContext(bank, { blockhash: toBase58(blockhash), lastValidBlockHeight });
    },

    isBlockhashValid: (params) =>
      withContext(bank, bank.isBlockhashValid(parseBase58(params.text(0, 'the blockhash'), 32, 'the blockhash'))),

    getEpochInfo() {
      const slot = bank.slot();
      return {
        absoluteSlot: slot,
        blockHeight: slot,
        epoch: Math.floor(slot / slotsPerEpoch),
        slotIndex: slot % slotsPerEpoch,
        slotsInEpoch: slotsPerEpoch,
        transactionCount: null,
      };
    },

    getBlockTime(params) {
      const slot = params.integer(0, 'the slot');
      if (slot > bank.slot()) throw new RpcError(blockNotAvailable, `Block not available for slot ${slot}`);
      return bank.unixTime(slot);
    },

    getGenesisHash: () => genesisHash,
    getVersion: () => ({ 'solana-core': '2.3.0', 'feature-set': 0 }),
    getHealth: () => 'ok',
    getRecentPrioritizationFees: () => [],
  };
}
