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

/** What a new agent may spend, and when it asks (architecture page, "Decisions that everything builds on"). */
export interface DefaultLimits {
  readonly perPayment: Atomic;
  readonly perDay: Atomic;
  readonly perMinuteCount: number;
  /** Null: a new payee is no reason to ask. */
  readonly askNewPayeeAbove: Atomic | null;
}

/** What no delegation and no role passes, whatever they say; only an owner's procedure moves it. */
export interface HardCeilings {
  readonly perPayment: Atomic;
  readonly perDay: Atomic;
  readonly perMinuteCount: number;
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
  /** Over a rolling 24 hours, all agents together: a new agent never brings new money. */
  readonly deskPerDay: Atomic;
  /** Null where there is nothing to lose. */
  readonly ceilings: HardCeilings | null;
  /** False where a person could lose something of worth. */
  readonly playMoney: boolean;
  /** What the app's own window may approve, one payment at a time, without the PIN; on play money it may everything. */
  readonly windowPinAbove: Atomic;
}

const usdc = (mint: string): Asset => ({ symbol: 'USDC', mint, decimals: 6 });
const dollars = (text: string): Atomic => parseDecimal(text, 6);
const playLimits: DefaultLimits = {
  perPayment: dollars('1'),
  perDay: dollars('20'),
  perMinuteCount: 600,
  askNewPayeeAbove: null,
};

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
    defaultLimits: playLimits,
    deskPerDay: dollars('50'),
    ceilings: null,
    playMoney: true,
    windowPinAbove: dollars('1'),
  },
  devnet: {
    name: 'devnet',
    caip2: devnetId,
    usdc: devnetUsdc,
    tokenProgram,
    rpcUrls: ['https://api.devnet.solana.com'],
    defaultLimits: { ...playLimits, askNewPayeeAbove: dollars('0.1') },
    deskPerDay: dollars('50'),
    ceilings: { perPayment: dollars('5'), perDay: dollars('50'), perMinuteCount: 600 },
    playMoney: false,
    windowPinAbove: dollars('1'),
  },
  mainnet: {
    name: 'mainnet',
    caip2: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    usdc: usdc('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'),
    tokenProgram,
    rpcUrls: ['https://api.mainnet-beta.solana.com'],
    defaultLimits: {
      perPayment: dollars('0.1'),
      perDay: dollars('1'),
      perMinuteCount: 10,
      askNewPayeeAbove: dollars('0'),
    },
    deskPerDay: dollars('5'),
    ceilings: { perPayment: dollars('5'), perDay: dollars('50'), perMinuteCount: 60 },
    playMoney: false,
    windowPinAbove: dollars('0.5'),
  },
};

export const networkNames = ['sandbox', 'devnet', 'mainnet'] as const satisfies readonly NetworkName[];

/** SOL is an asset of the ledger too: the fee payer spends it. It has no mint; `native` stands in its place. */
export const sol: Asset = { symbol: 'SOL', mint: 'native', decimals: 9 };
