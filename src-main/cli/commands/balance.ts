import type { Output } from '../output.ts';
import { withHost } from '../with-host.ts';

export async function balance(output: Output): Promise<void> {
  const found = await withHost((host) => host.wallet.balance());
  output.result(
    found,
    () => `${found.available} ${found.asset} free, ${found.reserved} reserved; ${found.onChain} on the chain`,
  );
}
