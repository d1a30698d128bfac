import {
  AccountRole,
  address,
  appendTransactionMessageInstructions,
  createSolanaRpc,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getAddMemoInstruction } from '@solana-program/memo';
import { findAssociatedTokenPda, getTransferCheckedInstruction, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { networks } from '../../src-shared/model/index.ts';
import { memoProgram } from './x402-payment.ts';

/** A payment that the buyer sends and pays the fee of itself, built with kit alone; it has landed when this resolves. */
export async function sendOwnTransfer(
  rpcUrl: string,
  transfer: {
    readonly payer: KeyPairSigner;
    readonly payTo: string;
    /** Atomic USDC. */
    readonly amount: bigint;
    readonly memo: string;
  },
): Promise<string> {
  const rpc = createSolanaRpc(rpcUrl);
  const { payer, payTo, amount, memo } = transfer;
  const { mint: mintText, decimals } = networks.sandbox.usdc;
  const mint = address(mintText);
  const account = async (owner: string) => {
    const [found] = await findAssociatedTokenPda({ owner: address(owner), mint, tokenProgram: TOKEN_PROGRAM_ADDRESS });
    return found;
  };
  const [source, destination] = await Promise.all([account(payer.address), account(payTo)]);
  const { value: lifetime } = await rpc.getLatestBlockhash().send();
  const instructions = [
    getTransferCheckedInstruction({ source, mint, destination, authority: payer, amount, decimals }),
    {
      ...getAddMemoInstruction({ memo }, { programAddress: memoProgram }),
      accounts: [{ address: payer.address, role: AccountRole.READONLY_SIGNER }],
    },
  ];
  const signed = await signTransactionMessageWithSigners(
    pipe(
      createTransactionMessage({ version: 0 }),
      (m) => setTransactionMessageFeePayerSigner(payer, m),
      (m) => setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
      (m) => appendTransactionMessageInstructions(instructions, m),
    ),
  );
  return rpc.sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: 'base64' }).send();
}
