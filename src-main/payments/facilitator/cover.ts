/**
 * Watches over what one token account spends at once. Signatures cost nothing: somebody with money for one payment can have
 * a hundred of them tried at the same time, and all but one would then fail on the chain, at the fee payer's cost.
 */
export interface Cover {
  begin(account: string, amount: bigint): Spending;
}

export interface Spending {
  /**
   * Resolves once it may be sent. False: the account does not hold enough for all that is being sent from it; those before
   * are over by now, and what a trial said before them says nothing any more. Rejects when the balance cannot be read.
   */
  readonly covered: Promise<boolean>;
  end(): void;
}

interface Open {
  sum: bigint;
  count: number;
  /** Resolves when all that began so far are over. */
  over: Promise<unknown>;
}

export function createCover(balanceOf: (account: string) => Promise<bigint | null>): Cover {
  const accounts = new Map<string, Open>();

  return {
    begin(account, amount) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const open = accounts.get(account) ?? { sum: 0n, count: 0, over: Promise.resolve() };
      const before = open.over;
      const isAlone = open.count === 0;
      open.sum += amount;
      open.count += 1;
      open.over = Promise.all([before, over]);
      accounts.set(account, open);
      const { sum } = open;
      const isCovered = async (): Promise<boolean> => {
        if (((await balanceOf(account)) ?? 0n) >= sum) return true;
        await before;
        return false;
      };
      return {
        covered: isAlone ? Promise.resolve(true) : isCovered(),
        end() {
          open.sum -= amount;
          open.count -= 1;
          if (open.count === 0) accounts.delete(account);
          resolve();
        },
      };
    },
  };
}
