import type { FacilitatorView } from '../../../src-shared/contract/index.ts';
import { bold, dim, type Output } from '../output.ts';
import { withHost, withRunningHost } from '../with-host.ts';

export async function showFacilitator(output: Output): Promise<void> {
  const view = await withHost((host) => host.facilitator.show());
  output.result(view, () => describe(view));
}

export async function enableFacilitator(
  options: { port?: number; solPerDay?: string; perMinute?: number },
  output: Output,
): Promise<void> {
  const { port, solPerDay, perMinute } = options;
  const wish = {
    ...(port === undefined ? {} : { port }),
    ...(solPerDay === undefined ? {} : { solPerDay }),
    ...(perMinute === undefined ? {} : { perMinute }),
  };
  const view = await withRunningHost((host) => host.facilitator.enable(wish));
  output.result(view, () =>
    [
      describe(view),
      '',
      'Its token, shown this once. Whoever has it may have payments settled at your cost in SOL:',
      '',
      `  ${view.token}`,
      '',
      dim(
        'Official middleware: new HTTPFacilitatorClient({ url, createAuthHeaders }) with Authorization: Bearer TOKEN.',
      ),
    ].join('\n'),
  );
}

export async function disableFacilitator(output: Output): Promise<void> {
  const view = await withHost((host) => host.facilitator.disable());
  output.result(view, () => 'The facilitator is off, and its token is worth nothing.');
}

function describe({ enabled, url, solPerDay, solSpentToday, perMinute }: FacilitatorView): string {
  if (!enabled) return 'The facilitator for other sellers is off. `groat facilitator enable` switches it on (PIN).';
  return [
    `${bold('The facilitator')} settles for other sellers`,
    `  address  ${url}`,
    `  cost     ${solSpentToday} of at most ${solPerDay} SOL in 24 hours`,
    `  limit    ${perMinute} requests a minute`,
  ].join('\n');
}
