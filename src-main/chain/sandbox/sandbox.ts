import {
  address,
  getAbortablePromise,
  getAddressEncoder,
  getProgramDerivedAddress,
  type RpcTransport,
} from '@solana/kit';
import type { LogSink } from '../../base/log-sink.ts';
import { toAddress } from '../address.ts';
import { startThread } from './thread.ts';

export interface SandboxOptions {
  /** Keeps the chain (`chain.db`); made when missing. One sandbox per folder. */
  readonly dir: string;
  /** For JSON-RPC over HTTP on 127.0.0.1; 0 = any free port, null = no HTTP. */
  readonly rpcPort: number | null;
  readonly slotMs?: number;
  /** Address of the sandbox's USDC; fixed at the chain's birth. */
  readonly usdcMint: string;
  readonly log: LogSink;
}

/**
 * An embedded Solana chain: a real virtual machine in a worker thread with a durable journal. What has been answered as
 * sent has landed and survives `kill -9`. After `stop` every call rejects with `rpc-failed`.
 */
export interface Sandbox {
  /** JSON-RPC without HTTP, for `connectChain`. */
  readonly transport: RpcTransport;
  readonly rpcUrl: string | null;
  readonly rpcPort: number | null;
  /** Makes the owner's token account when it is missing and mints `usdc` atomic units into it, as one transaction. */
  fund(owner: string, usdc: bigint): Promise<{ readonly signature: string; readonly tokenAccount: string }>;
  /** A System transfer from the faucet; answers its signature. */
  airdrop(owner: string, lamports: bigint): Promise<string>;
  /** The address of the owner's USDC account, which exists when this resolves. */
  ensureTokenAccount(owner: string): Promise<string>;
  /** Moves the slot clock forward; for tests. */
  advance(slots: number): Promise<void>;
  stop(): Promise<void>;
}

const tokenProgram = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
const associatedTokenProgram = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');

/**
 * Throws `sandbox-unavailable` where LiteSVM has no binary, `store-newer` or `store-foreign` for a folder that is not
 * ours to use, and node's own error (code `EADDRINUSE`) when `rpcPort` is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, rpcPort, slotMs = 400, log } = options;
  const encode = (owner: string): Uint8Array => new Uint8Array(getAddressEncoder().encode(toAddress(owner)));
  const mint = toAddress(options.usdcMint);
  const tokenAccountOf = async (owner: string): Promise<string> => {
    const seeds = [toAddress(owner), tokenProgram, mint].map((part) => getAddressEncoder().encode(part));
    const [derived] = await getProgramDerivedAddress({ programAddress: associatedTokenProgram, seeds });
    return derived;
  };

  const thread = await startThread({ dir, rpcPort, slotMs, mint: encode(mint) }, log);
  log.info('sandbox started', { dir, rpcPort: thread.rpcPort });

  return {
    transport: async <T>({ payload, signal }: Parameters<RpcTransport>[0]) =>
      (await getAbortablePromise(thread.call({ kind: 'rpc', payload }), signal)) as T,
    rpcPort: thread.rpcPort,
    rpcUrl: thread.rpcPort === null ? null : `http://127.0.0.1:${thread.rpcPort}`,
    async fund(owner, usdc) {
      const tokenAccount = await tokenAccountOf(owner);
      const call = { kind: 'fund', owner: encode(owner), tokenAccount: encode(tokenAccount), amount: usdc } as const;
      return { signature: String(await thread.call(call)), tokenAccount };
    },
    airdrop: async (owner, lamports) =>
      String(await thread.call({ kind: 'airdrop', address: encode(owner), lamports })),
    async ensureTokenAccount(owner) {
      const tokenAccount = await tokenAccountOf(owner);
      await thread.call({ kind: 'token-account', owner: encode(owner), tokenAccount: encode(tokenAccount) });
      return tokenAccount;
    },
    async advance(slots) {
      await thread.call({ kind: 'advance', slots });
    },
    stop: thread.stop,
  };
}
