import type { Bank } from './bank.ts';
import { toBase58 } from './base58.ts';
import type { Options } from './params.ts';
import { RpcError, rpcCodes } from './rpc-error.ts';
import { mint, parsedTokenData } from './token-layout.ts';
import type { AccountState } from './virtual-machine.ts';

const encodings = ['base64', 'base58', 'jsonParsed'] as const;
const maxBase58Bytes = 128;

/** How one request wants to see accounts. */
export type AccountView = (state: AccountState | null) => unknown;

/** Reads `encoding` and `dataSlice`. Data without an encoding is base58 on its own, as validators answer it. */
export function accountView(bank: Bank, options: Options): AccountView {
  const encoding = options.choice('encoding', encodings);
  const slice = options.options('dataSlice');
  const offset = slice?.integer('offset') ?? 0;
  const length = slice?.integer('length') ?? Number.MAX_SAFE_INTEGER;
  const decimalsOf = (address: Uint8Array): number | null => {
    const state = bank.account(address);
    return (state && mint(state))?.decimals ?? null;
  };

  const encoded = (data: Uint8Array): unknown => {
    const part = data.subarray(offset, Math.min(data.length, offset + length));
    if (encoding === 'base64' || encoding === 'jsonParsed') return [Buffer.from(part).toString('base64'), 'base64'];
    if (part.length > maxBase58Bytes) {
      throw new RpcError(
        rpcCodes.invalidRequest,
        `Encoded binary (base 58) data should be less than ${maxBase58Bytes} bytes, please use Base64 encoding.`,
      );
    }
    return encoding === null ? toBase58(part) : [toBase58(part), 'base58'];
  };

  return (state) =>
    state && {
      lamports: Number(state.lamports),
      owner: toBase58(state.owner),
      data: (encoding === 'jsonParsed' && parsedTokenData(state, decimalsOf)) || encoded(state.data),
      executable: state.executable,
      rentEpoch: 0,
      space: state.data.length,
    };
}
