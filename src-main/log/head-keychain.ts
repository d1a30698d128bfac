import type { HeadKeeper } from './ports.ts';
import { headLine, headProblem, type LogOwner, parseHeadLine, type SignedHead } from './signed-head.ts';

/** The two calls of a keychain that are needed here; the wallet's keychain has them. */
export interface HeadVault {
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
}

/** Keeps the head in the keychain, which a copy of Groat's whole folder does not bring along. */
export function createHeadInKeychain(vault: HeadVault, network: string): HeadKeeper {
  const account = `log-head-${network}`;
  return {
    async read() {
      let line: string | null;
      try {
        line = await vault.get(account);
      } catch {
        return 'unreadable'; // Locked, gone or too slow: it cannot be told what is in it.
      }
      return line === null ? 'none' : (parseHeadLine(line) ?? 'unreadable');
    },
    write: (head) => vault.set(account, headLine(head)),
  };
}

/**
 * Two places as one: both are written, and of what they hold the valid head with the higher count is it. A place that
 * lost its head, or holds a forged one, does not take the other's word away.
 */
export function keepInBoth(first: HeadKeeper, second: HeadKeeper, owner: LogOwner): HeadKeeper {
  return {
    async read() {
      const found = await Promise.all([first.read(), second.read()]);
      const valid = found.filter((head): head is SignedHead => isValid(head, owner));
      const [best] = valid.sort((one, other) => other.count - one.count);
      return best ?? (found.every((head) => head === 'none') ? 'none' : 'unreadable');
    },
    async write(head) {
      await first.write(head);
      await second.write(head);
    },
  };
}

function isValid(head: SignedHead | 'none' | 'unreadable', owner: LogOwner): boolean {
  return typeof head === 'object' && headProblem(head, owner) === null;
}
