import { accountView } from '../account-view.ts';
import type { Bank } from '../bank.ts';
import { toBase58 } from '../base58.ts';
import type { Journal } from '../journal.ts';
import type { Method } from '../json-rpc.ts';
import { parseBase58 } from '../params.ts';
import { systemPrograms } from '../programs.ts';
import { invalidParams } from '../rpc-error.ts';
import { mint, tokenAccount, uiTokenAmount } from '../token-layout.ts';
import { withContext } from './context.ts';

const maxAccounts = 100;

/** Reading accounts, balances and tokens. */
export function accountMethods(bank: Bank, journal: Journal): Record<string, Method> {
  const mintOf = (address: Uint8Array) => {
    const state = bank.account(address);
    const found = state && mint(state);
    if (found === null) throw invalidParams('not a token mint');
    return found;
  };

  return {
    getAccountInfo(params) {
      const view = accountView(bank, params.options(1));
      return withContext(bank, view(bank.account(params.address(0))));
    },

    getMultipleAccounts(params) {
      const view = accountView(bank, params.options(1));
      const addresses = params.list(0, 'addresses', maxAccounts);
      return withContext(
        bank,
        addresses.map((address) => view(bank.account(parseBase58(address, 32, 'an address')))),
      );
    },

    getBalance: (params) => withContext(bank, Number(bank.account(params.address(0))?.lamports ?? 0n)),

    getMinimumBalanceForRentExemption: (params) => Number(bank.rentExemptMinimum(params.integer(0, 'the size'))),

    getTokenAccountBalance(params) {
      const state = bank.account(params.address(0));
      if (state === null) throw invalidParams('could not find account');
      const token = tokenAccount(state);
      if (token === null) throw invalidParams('not a token account');
      return withContext(bank, uiTokenAmount(token.amount, mintOf(token.mint).decimals));
    },

    getTokenSupply(params) {
      const { supply, decimals } = mintOf(params.address(0));
      return withContext(bank, uiTokenAmount(supply, decimals));
    },

    getTokenAccountsByOwner(params) {
      const wallet = params.address(0);
      const filter = params.options(1);
      const wantedMint = filter.address('mint');
      const wantedProgram = filter.address('programId');
      if ((wantedMint === null) === (wantedProgram === null)) throw invalidParams('filter by either mint or programId');
      const view = accountView(bank, params.options(2));
      const programs = wantedProgram === null ? [systemPrograms.token, systemPrograms.token2022] : [wantedProgram];
      const found = programs
        .flatMap((program) => journal.tokenAccountsOf(wallet, program))
        .filter(({ state }) => {
          const token = tokenAccount(state);
          return token !== null && (wantedMint === null || Buffer.compare(token.mint, wantedMint) === 0);
        });
      return withContext(
        bank,
        found.map(({ address, state }) => ({ pubkey: toBase58(address), account: view(state) })),
      );
    },
  };
}
