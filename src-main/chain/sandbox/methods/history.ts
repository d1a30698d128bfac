import type { Bank } from '../bank.ts';
import { toBase58 } from '../base58.ts';
import type { Journal } from '../journal.ts';
import type { Method } from '../json-rpc.ts';
import { parseBase58 } from '../params.ts';
import { invalidParams, RpcError, rpcCodes } from '../rpc-error.ts';
import { statusOf, transactionEncodings, transactionView } from '../transaction-view.ts';
import { decodeTransaction } from '../wire-transaction.ts';
import { withContext } from './context.ts';

const maxStatuses = 256;
const maxHistory = 1_000;

/** Finding what has landed. Everything here is read from the journal, never kept in memory. */
export function historyMethods(bank: Bank, journal: Journal): Record<string, Method> {
  const status = (signature: Uint8Array) => {
    const found = journal.transaction(signature);
    if (found === null) return null;
    const { slot, error } = found;
    return { slot, confirmations: null, err: error, status: statusOf(error), confirmationStatus: 'finalized' };
  };

  return {
    getSignatureStatuses: (params) =>
      withContext(
        bank,
        params.list(0, 'signatures', maxStatuses).map((value) => status(parseBase58(value, 64, 'a signature'))),
      ),

    getSignaturesForAddress(params) {
      const options = params.options(1);
      const limit = options.integer('limit') ?? maxHistory;
      if (limit < 1 || limit > maxHistory) throw invalidParams(`limit must be from 1 to ${maxHistory}`);
      return journal
        .history(params.address(0), options.signature('before'), options.signature('until'), limit)
        .map(({ signature, slot, blockTime, error }) => ({
          signature: toBase58(signature),
          slot,
          err: error,
          memo: null,
          blockTime,
          confirmationStatus: 'finalized',
        }));
    },

    getTransaction(params) {
      const options = params.options(1);
      const encoding = options.choice('encoding', transactionEncodings) ?? 'json';
      const found = journal.transaction(params.signature(0));
      if (found === null) return null;
      const transaction = decodeTransaction(found.wire);
      if (typeof transaction === 'string')
        throw new RpcError(rpcCodes.internal, `The journal is damaged: ${transaction}`);
      const { version } = transaction.message;
      if (version !== 'legacy' && options.integer('maxSupportedTransactionVersion') === null) {
        const advice = `Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": ${version}`;
        throw new RpcError(
          rpcCodes.unsupportedVersion,
          `Transaction version (${version}) is not supported by the requesting client. ${advice}`,
        );
      }
      return transactionView(found, transaction, encoding);
    },
  };
}
