import type { WalletView } from '../../../src-shared/contract/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';

/** The wallet of the network that runs now. Null until it is known: another network's address would take money to nowhere. */
export function walletOn(network: NetworkName | null, wallet: WalletView | undefined): WalletView | null {
  return wallet !== undefined && wallet.network === network ? wallet : null;
}

/** How the wallet's keys lie on the disk, for a person. */
export function sealingWords(sealing: string): string {
  switch (sealing) {
    case 'keychain':
      return 'Locked with a key in your system’s keychain.';
    case 'passphrase':
      return 'Locked with your passphrase, which Groat asks for at each start.';
    case 'keyfile':
      return 'Locked with a key file beside them: enough for play money, and allowed for nothing else.';
    default:
      return sealing;
  }
}

const sols = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });

/** What the fee payer holds; null while the chain does not answer. */
export const solText = (sol: string | null): string =>
  sol === null ? 'The chain does not answer, so it is not known.' : `${sols.format(Number(sol))} SOL`;
