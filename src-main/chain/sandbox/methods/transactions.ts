import { accountView } from '../account-view.ts';
import type { Bank } from '../bank.ts';
import { fromBase58, toBase58 } from '../base58.ts';
import type { Faucet } from '../faucet.ts';
import { feeOf } from '../fee.ts';
import type { Method } from '../json-rpc.ts';
import { type Options, type Params, parseBase58 } from '../params.ts';
import { invalidParams, RpcError, rpcCodes } from '../rpc-error.ts';
import { describeTransactionError, type TransactionErrorJson } from '../transaction-error.ts';
import { addressKey } from '../virtual-machine.ts';
import {
  decodeMessage,
  decodeTransaction,
  isFullySigned,
  maxWireBytes,
  type WireTransaction,
} from '../wire-transaction.ts';
import { withContext } from './context.ts';

const maxSimulatedAccounts = 64;

/** Pricing, simulating and sending transactions. */
export function transactionMethods(bank: Bank, faucet: Faucet): Record<string, Method> {
  return {
    simulateTransaction(params) {
      const options = params.options(1);
      const transaction = parseTransaction(params, options);
      const checkSignatures = options.flag('sigVerify');
      const replace = options.flag('replaceRecentBlockhash');
      if (checkSignatures && replace) throw invalidParams('sigVerify may not be used with replaceRecentBlockhash');
      if (checkSignatures) requireSignatures(transaction);
      const wanted = options.options('accounts');
      const addresses = wanted?.list('addresses', maxSimulatedAccounts).map((a) => parseBase58(a, 32, 'an address'));
      const { error, logs, units, after } = bank.simulate(transaction, replace);
      const view = wanted && accountView(bank, wanted);
      const states = wanted && after();
      const latest = bank.latestBlockhash();
      return withContext(bank, {
        err: error,
        logs,
        accounts:
          addresses?.map((address) => view?.(states?.get(addressKey(address)) ?? bank.account(address))) ?? null,
        unitsConsumed: units,
        returnData: null,
        innerInstructions: null,
        ...(replace && { replacementBlockhash: { ...latest, blockhash: toBase58(latest.blockhash) } }),
      });
    },

    sendTransaction(params) {
      const options = params.options(1);
      const transaction = parseTransaction(params, options);
      requireSignatures(transaction);
      if (!options.flag('skipPreflight')) {
        const { error, logs, units } = bank.simulate(transaction, false);
        if (error !== null) throw preflightFailure(error, logs, units);
      }
      const landed = bank.land(transaction);
      if (landed.kind === 'refused') throw preflightFailure(landed.error, landed.logs, 0);
      return toBase58(landed.transaction.signature);
    },

    getFeeForMessage(params) {
      const message = decodeMessage(Buffer.from(params.text(0, 'the message'), 'base64'));
      if (typeof message === 'string') throw invalidParams(`the message cannot be read: ${message}`);
      return withContext(bank, bank.isBlockhashValid(message.blockhash) ? Number(feeOf(message)) : null);
    },

    requestAirdrop: (params) => faucet.airdrop(params.address(0), BigInt(params.integer(1, 'lamports'))),
  };
}

function parseTransaction(params: Params, options: Options): WireTransaction {
  const encoding = options.choice('encoding', ['base58', 'base64']) ?? 'base58';
  const text = params.text(0, 'the transaction');
  const bytes = encoding === 'base64' ? Buffer.from(text, 'base64') : fromBase58(text, maxWireBytes);
  const transaction = bytes === null ? `it is not ${encoding}` : decodeTransaction(bytes);
  if (typeof transaction === 'string') throw invalidParams(`the transaction cannot be read: ${transaction}`);
  return transaction;
}

function requireSignatures(transaction: WireTransaction): void {
  if (!isFullySigned(transaction)) {
    throw new RpcError(rpcCodes.signatureFailure, 'Transaction signature verification failure');
  }
}

function preflightFailure(error: TransactionErrorJson, logs: readonly string[], units: number): RpcError {
  const data = { err: error, logs, unitsConsumed: units, accounts: null, returnData: null, innerInstructions: null };
  const text = `Transaction simulation failed: ${describeTransactionError(error)}`;
  return new RpcError(rpcCodes.preflightFailure, text, data);
}
