import { address, createSolanaRpc } from '@solana/kit';
import { findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { networks } from '../../src-shared/model/index.ts';

/** What somebody holds of the sandbox's USDC, as the chain says. */
export async function tokenBalance(rpcUrl: string, owner: string): Promise<bigint> {
  const mint = address(networks.sandbox.usdc.mint);
  const [account] = await findAssociatedTokenPda({ owner: address(owner), mint, tokenProgram: TOKEN_PROGRAM_ADDRESS });
  const { value } = await createSolanaRpc(rpcUrl).getTokenAccountBalance(account).send();
  return BigInt(value.amount);
}
