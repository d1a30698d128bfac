import type { Random } from '../../base/random.ts';

const service = 'groat';

/**
 * The operating system's keychain. Every call answers within its time limit or rejects. Beware: on Linux a locked keyring
 * answers like an empty one (`get` null, `delete` false), so null never means "never stored".
 */
export interface Keychain {
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  delete(account: string): Promise<boolean>;
}

/** Throws at import where libsecret is missing; that is then what every call rejects with. */
type LoadKeytar = () => Promise<{ readonly default: typeof import('keytar') }>;

/** The keychain by keytar, loaded at the first call. A desktop may ask its user to unlock it, hence the long limit. */
export function systemKeychain(timeoutMs = 30_000, load: LoadKeytar = () => import('keytar')): Keychain {
  const call = async <T>(use: (keytar: typeof import('keytar')) => Promise<T>): Promise<T> =>
    within(
      timeoutMs,
      load().then((module) => use(module.default)),
    );
  return {
    get: (account) => call((keytar) => keytar.getPassword(service, account)),
    set: (account, secret) => call((keytar) => keytar.setPassword(service, account, secret)),
    delete: (account) => call((keytar) => keytar.deletePassword(service, account)),
  };
}

/** Null when the keychain stores, gives back and deletes a probe entry; otherwise why it cannot be used. */
export async function keychainProblem(keychain: Keychain, random: Random): Promise<string | null> {
  const account = `probe-${Buffer.from(random(8)).toString('hex')}`;
  const secret = Buffer.from(random(16)).toString('hex');
  try {
    await keychain.set(account, secret);
    const kept = (await keychain.get(account)) === secret;
    const deleted = await keychain.delete(account);
    if (kept && deleted) return null;
    return kept ? 'it does not delete what it stored' : 'it does not give back what it stored';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the keychain did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
