import { randomBytes } from 'node:crypto';
import {
  type Address,
  address,
  getBase58Decoder,
  getTransactionDecoder,
  lamports,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { AccountState, getMintEncoder, getTokenDecoder, getTokenEncoder } from '@solana-program/token';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';
import { expect, test } from 'vitest';
import { programs } from '../../../src-main/wallet/signer/programs.ts';
import { createSignerCore } from '../../../src-main/wallet/signer/signer-core.ts';
import { tokenAccountOf } from '../../../src-main/wallet/signer/token-account.ts';
import { networks } from '../../../src-shared/model/index.ts';

const mint = address(networks.sandbox.usdc.mint);

/** A Solana virtual machine that checks signatures, with one mint and these token accounts of it. */
function chainWith(balances: ReadonlyMap<Address, bigint>): LiteSVM {
  const svm = new LiteSVM();
  const put = (at: Address, size: bigint, data: ReadonlyUint8Array, rent: bigint) =>
    svm.setAccount({
      address: at,
      data: Uint8Array.from(data),
      executable: false,
      lamports: lamports(rent),
      programAddress: programs.token,
      space: size,
    });
  const supply = 1_000_000_000n;
  const terms = { mintAuthority: null, supply, decimals: 6, isInitialized: true, freezeAuthority: null };
  put(mint, 82n, getMintEncoder().encode(terms), 1_461_600n);
  for (const [owner, amount] of balances) {
    const account = { mint, owner, amount, delegate: null, state: AccountState.Initialized, isNative: null };
    const data = getTokenEncoder().encode({ ...account, delegatedAmount: 0n, closeAuthority: null });
    put(tokenAccountOf(owner, programs.token, mint), 165n, data, 2_039_280n);
  }
  return svm;
}

test('a payment that we sign and cosign moves exactly its amount on a real Solana virtual machine, once', () => {
  const core = createSignerCore(randomBytes);
  const made = core({ op: 'generate', network: 'sandbox', key: new Uint8Array(32) });
  if (made.kind !== 'generated') throw new Error(made.kind);
  const [spender, till, feePayer] = [made.addresses.spender, made.addresses.till, made.addresses.feePayer].map(address);
  if (spender === undefined || till === undefined || feePayer === undefined) throw new Error('three addresses');
  const svm = chainWith(
    new Map([
      [spender, 100_000_000n],
      [till, 0n],
    ]),
  );
  svm.airdrop(feePayer, lamports(1_000_000_000n));
  const balanceOf = (owner: Address) => {
    const account = svm.getAccount(tokenAccountOf(owner, programs.token, mint));
    return account.exists ? getTokenDecoder().decode(account.data).amount : null;
  };

  const terms = { amount: 10_000n, payTo: till, feePayer, memo: null };
  const blockhash = svm.latestBlockhash();
  const facts = { ...terms, mint, tokenProgram: programs.token, decimals: 6, blockhash };
  const signed = core({ op: 'sign-payment', facts });
  if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
  const { wire } = signed.transfer;
  const outcome = core({ op: 'cosign-settlement', wire, requirement: { ...terms, asset: mint } });
  if (outcome.kind !== 'settlement' || outcome.cosigned.kind !== 'cosigned') throw new Error(JSON.stringify(outcome));
  const transaction = getTransactionDecoder().decode(outcome.cosigned.wire);

  const landed = svm.sendTransaction(transaction);
  if (landed instanceof FailedTransactionMetadata) throw new Error(landed.toString());
  expect(getBase58Decoder().decode(landed.signature())).toBe(outcome.cosigned.signature);
  expect([balanceOf(spender), balanceOf(till)]).toEqual([99_990_000n, 10_000n]);
  expect(svm.getBalance(feePayer)).toBe(1_000_000_000n - 10_001n);
  expect(svm.sendTransaction(transaction)).toBeInstanceOf(FailedTransactionMetadata);
});
