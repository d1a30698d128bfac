import type { Atomic } from './amount.ts';
import { parseDecimal } from './amount.ts';

/**
 * Groat's own network names. Wallet, ledger and policy are kept per name, never per CAIP-2 id: sandbox and devnet share
 * one id, because official x402 clients know only mainnet, devnet and testnet (x402 reference, section 4).
 */
export type NetworkName = 'sandbox' | 'devnet' | 'mainnet';

/** An SPL token: its mint address, and what a person calls it. */
export interface Asset {
  readonly symbol: string;
  readonly mint: string;
  readonly decimals: number;
}

/** What a new agent may spend (architecture page, "Decisions that everything builds on"). */
export interface DefaultLimits {
  readonly perPayment: Atomic;
  readonly perDay: Atomic;
}

export interface Network {
  readonly name: NetworkName;
  /** CAIP-2 id as it stands in x402 offers. */
  readonly caip2: `${string}:${string}`;
  readonly usdc: Asset;
  /** The program that owns the USDC mint: the original SPL Token program on every network. */
  readonly tokenProgram: string;
  /** Endpoints used when the owner names none; the sandbox has its own. */
  readonly rpcUrls: readonly string[];
  readonly defaultLimits: DefaultLimits;
  /** False where a person could lose something of worth. */
  readonly playMoney: boolean;
}

const usdc = (mint: string): Asset => ({ symbol: 'USDC', mint, decimals: 6 });
const limits = (perPayment: string, perDay: string): DefaultLimits => ({
  perPayment: parseDecimal(perPayment, 6),
  perDay: parseDecimal(perDay, 6),
});

const tokenProgram = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const devnetId = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1' as const;
const devnetUsdc = usdc('4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU');

export const networks: { readonly [N in NetworkName]: Network } = {
  sandbox: {
    name: 'sandbox',
    caip2: devnetId,
    usdc: devnetUsdc,
    tokenProgram,
    rpcUrls: [],
    defaultLimits: limits('1', '20'),
    playMoney: true,
  },
  devnet: {
    name: 'devnet',
    caip2: devnetId,
    usdc: devnetUsdc,
    tokenProgram,
    rpcUrls: ['https://api.devnet.solana.com'],
    defaultLimits: limits('1', '20'),
    playMoney: false,
  },
  mainnet: {
    name: 'mainnet',
    caip2: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    usdc: usdc('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'),
    tokenProgram,
    rpcUrls: ['https://api.mainnet-beta.solana.com'],
    defaultLimits: limits('0.1', '1'),
    playMoney: false,
  },
};

export const networkNames = ['sandbox', 'devnet', 'mainnet'] as const satisfies readonly NetworkName[];

/** SOL is an asset of the ledger too: the fee payer spends it. It has no mint; `native` stands in its place. */
export const sol: Asset = { symbol: 'SOL', mint: 'native', decimals: 9 };
