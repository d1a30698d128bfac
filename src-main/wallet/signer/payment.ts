import { maxAtomic } from '../../../src-shared/model/index.ts';
import { field } from './messages.ts';
import { discriminators, maxMemoBytes, programs, tokenPrograms } from './programs.ts';
import { type Address, isAddress } from './solana-codecs.ts';
import { tokenAccountOf } from './token-account.ts';
import { encodeMessage } from './wire-transaction.ts';

/** What official clients send (x402 reference, section 6): far above a transfer's need, one lamport of priority. */
const computeUnits = 20_000;
const microLamportsPerUnit = 1n;

export type CompiledPayment =
  | { readonly kind: 'compiled'; readonly message: Uint8Array }
  | { readonly kind: 'refused'; readonly rule: string };

interface Facts {
  readonly mint: Address;
  readonly tokenProgram: Address;
  readonly decimals: number;
  readonly amount: bigint;
  readonly payTo: Address;
  readonly feePayer: Address;
  readonly blockhash: Address;
  readonly memo: string | null;
}

/**
 * The version 0 message of one x402 payment: compute limit, compute price, TransferChecked from the spender's token
 * account to the payee's, memo. Its signers are the fee payer and the spender. `input` is a `PaymentFacts` that nobody
 * has checked; `nonce` is the memo when it has none.
 */
export function compilePayment(input: unknown, spender: Address, nonce: string): CompiledPayment {
  const facts = parseFacts(input);
  if ('rule' in facts) return { kind: 'refused', rule: facts.rule };
  const { mint, tokenProgram, payTo, feePayer } = facts;
  if (payTo === spender) return { kind: 'refused', rule: 'the payee is the wallet itself' };
  const source = tokenAccountOf(spender, tokenProgram, mint);
  const destination = tokenAccountOf(payTo, tokenProgram, mint);
  // Signers first, then what is written, then what is only read: the header below counts on this order.
  const accounts = [feePayer, spender, source, destination, mint, tokenProgram, programs.computeBudget, programs.memo];
  if (accounts.lastIndexOf(feePayer) > 0) return { kind: 'refused', rule: 'the fee payer takes part in the transfer' };
  if (new Set(accounts).size < accounts.length) return { kind: 'refused', rule: 'one account stands in two places' };
  const at = (account: Address) => accounts.indexOf(account);
  return {
    kind: 'compiled',
    message: encodeMessage({
      version: 0,
      header: { numSignerAccounts: 2, numReadonlySignerAccounts: 1, numReadonlyNonSignerAccounts: 4 },
      staticAccounts: accounts,
      lifetimeToken: facts.blockhash,
      instructions: [
        { programAddressIndex: at(programs.computeBudget), data: computeLimitData(computeUnits) },
        { programAddressIndex: at(programs.computeBudget), data: computePriceData(microLamportsPerUnit) },
        {
          programAddressIndex: at(tokenProgram),
          accountIndices: [at(source), at(mint), at(destination), at(spender)],
          data: transferData(facts.amount, facts.decimals),
        },
        { programAddressIndex: at(programs.memo), data: Buffer.from(facts.memo ?? nonce, 'utf8') },
      ],
    }),
  };
}

function parseFacts(input: unknown): Facts | { readonly rule: string } {
  const of = (name: keyof Facts) => field(input, name);
  const [mint, tokenProgram, payTo, feePayer, blockhash] = [
    parseAddress(of('mint')),
    parseAddress(of('tokenProgram')),
    parseAddress(of('payTo')),
    parseAddress(of('feePayer')),
    parseAddress(of('blockhash')),
  ];
  const [decimals, amount, memo] = [of('decimals'), of('amount'), of('memo')];
  if (mint === null) return { rule: 'the mint is not an address' };
  if (tokenProgram === null || !tokenPrograms.includes(tokenProgram)) return { rule: 'the token program is not known' };
  if (payTo === null) return { rule: 'the payee is not an address' };
  if (feePayer === null) return { rule: 'the fee payer is not an address' };
  if (blockhash === null) return { rule: 'the blockhash is not 32 bytes in base58' };
  if (typeof decimals !== 'number' || !Number.isInteger(decimals) || decimals < 0 || decimals > 255) {
    return { rule: 'the decimals are not an integer from 0 to 255' };
  }
  if (typeof amount !== 'bigint' || amount <= 0n || amount > maxAtomic) {
    return { rule: 'the amount is not from 1 to 2^63-1' };
  }
  if (memo !== null && (typeof memo !== 'string' || memo === '' || !memo.isWellFormed())) {
    return { rule: 'the memo is not text' };
  }
  if (memo !== null && Buffer.byteLength(memo) > maxMemoBytes) return { rule: 'the memo is longer than 256 bytes' };
  return { mint, tokenProgram, decimals, amount, payTo, feePayer, blockhash, memo };
}

function parseAddress(value: unknown): Address | null {
  return typeof value === 'string' && isAddress(value) ? value : null;
}

function computeLimitData(units: number): Buffer {
  const data = Buffer.alloc(5);
  data.writeUInt8(discriminators.computeLimit);
  data.writeUInt32LE(units, 1);
  return data;
}

function computePriceData(microLamports: bigint): Buffer {
  const data = Buffer.alloc(9);
  data.writeUInt8(discriminators.computePrice);
  data.writeBigUInt64LE(microLamports, 1);
  return data;
}

function transferData(amount: bigint, decimals: number): Buffer {
  const data = Buffer.alloc(10);
  data.writeUInt8(discriminators.transferChecked);
  data.writeBigUInt64LE(amount, 1);
  data.writeUInt8(decimals, 9);
  return data;
}
