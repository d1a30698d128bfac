import type { Output } from '../output.ts';
import { withHost } from '../with-host.ts';

export async function fund(address: string, amount: string, output: Output): Promise<void> {
  const funded = await withHost((host) => host.sandbox.fund({ address, amount }));
  output.result(
    funded,
    () =>
      `${funded.amount} sandbox USDC are at ${funded.address}\n  token account ${funded.tokenAccount}\n  transaction   ${funded.signature}`,
  );
}
