import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Address,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  createTransactionMessage,
  generateKeyPairSigner,
  getTransactionEncoder,
  type Instruction,
  type KeyPairSigner,
  partiallySignTransactionMessageWithSigners,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { getAddMemoInstruction } from '@solana-program/memo';
import { getTransferCheckedInstruction } from '@solana-program/token';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Chain, connectChain, type Sandbox, startSandbox } from '../../../src-main/chain/index.ts';
import { networks } from '../../../src-shared/model/index.ts';

export const usdc = address(networks.sandbox.usdc.mint);

/** The official client's own default is a deployment that x402 does not use. */
const memoProgram = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

/** A folder of its own under the system's temporary one. */
export function newFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'groat-chain-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function openSandbox(dir: string, rpcPort: number | null = null, slotMs = 400): Promise<Sandbox> {
  return startSandbox({ dir, rpcPort, slotMs, usdcMint: usdc, log: silentLog });
}

export function connect(sandbox: Sandbox): Promise<Chain> {
  return connectChain({ sandbox, clock: systemClock, random: systemRandom, log: silentLog });
}

/** A buyer with USDC, a fee payer with SOL and a shop with an empty account. */
export interface Cast {
  readonly buyer: KeyPairSigner;
  readonly feePayer: KeyPairSigner;
  readonly shop: KeyPairSigner;
  readonly source: Address;
  readonly destination: Address;
}

export async function newCast(sandbox: Sandbox, usdcAmount = 100_000_000n): Promise<Cast> {
  const [buyer, feePayer, shop] = await Promise.all([
    generateKeyPairSigner(),
    generateKeyPairSigner(),
    generateKeyPairSigner(),
  ]);
  const { tokenAccount } = await sandbox.fund(buyer.address, usdcAmount);
  await sandbox.airdrop(feePayer.address, 1_000_000_000n);
  const destination = address(await sandbox.ensureTokenAccount(shop.address));
  return { buyer, feePayer, shop, source: address(tokenAccount), destination };
}

export interface PaymentOptions {
  readonly amount?: bigint;
  readonly memo?: string;
  readonly lifetime: { readonly blockhash: string; readonly lastValidBlockHeight: bigint };
  readonly version?: 0 | 'legacy';
  /** False leaves the fee payer's slot empty, as an x402 client does. */
  readonly cosigned?: boolean;
  readonly instructions?: readonly Instruction[];
}

let memos = 0;

/** A USDC transfer from buyer to shop, with a memo that no other one has. */
export async function payment(cast: Cast, options: PaymentOptions): Promise<Uint8Array> {
  const { amount = 10_000n, lifetime, version = 0, cosigned = true } = options;
  memos += 1;
  const { memo = `payment ${memos}` } = options;
  const instructions = options.instructions ?? [
    getTransferCheckedInstruction({
      source: cast.source,
      mint: usdc,
      destination: cast.destination,
      authority: cast.buyer,
      amount,
      decimals: 6,
    }),
    getAddMemoInstruction({ memo }, { programAddress: memoProgram }),
  ];
  const message = pipe(
    createTransactionMessage({ version }),
    (m) =>
      cosigned
        ? setTransactionMessageFeePayerSigner(cast.feePayer, m)
        : setTransactionMessageFeePayer(cast.feePayer.address, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash({ ...lifetime, blockhash: blockhash(lifetime.blockhash) }, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
  );
  return Uint8Array.from(getTransactionEncoder().encode(await partiallySignTransactionMessageWithSigners(message)));
}

export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A plain JSON-RPC client over HTTP, with nothing of ours in it. */
export async function ask(url: string | null, method: string, ...params: unknown[]): Promise<RpcAnswer> {
  const response = await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()) as RpcAnswer;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
