import type { NetworkName } from '../../../src-shared/model/index.ts';

/** What each network means for whoever owns the money. */
export const networkText: { readonly [N in NetworkName]: { readonly name: string; readonly means: string } } = {
  sandbox: {
    name: 'Sandbox',
    means: 'Play money on a chain that exists only on this machine. Nothing can be lost: the place to try things out.',
  },
  devnet: {
    name: 'Devnet',
    means: 'Solana’s public test network. The money is worth nothing, but sellers and servers are other people’s.',
  },
  mainnet: {
    name: 'Real money',
    means: 'USDC on Solana’s main network. What your agents spend is gone, and nobody can bring it back.',
  },
};

/** To be typed before money is real. */
export const realMoneyPhrase = 'real money';
