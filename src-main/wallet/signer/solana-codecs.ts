/**
 * The parts of @solana/kit that the signer needs, taken from kit's own packages at kit's version: all of kit would cost
 * the signer's thread 5 MB more, and put RPC and network code beside the keys.
 */
export {
  type Address,
  address,
  getAddressDecoder,
  getAddressEncoder,
  isAddress,
  isOffCurveAddress,
} from '@solana/addresses';
export { getBase58Decoder } from '@solana/codecs-strings';
export {
  type CompiledTransactionMessage,
  getCompiledTransactionMessageEncoder,
} from '@solana/transaction-messages';
