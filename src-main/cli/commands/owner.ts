import type { Output } from '../output.ts';
import { readNewPin, readPin } from '../pin.ts';
import { withHost } from '../with-host.ts';

/** The current PIN is asked for when there is one; the first may be set by whoever can open the control socket. */
export async function setPin(output: Output): Promise<void> {
  const replaced = await withHost(async (host) => {
    const { hasPin } = await host.owner.state();
    const current = hasPin ? await readPin('that is to be replaced') : null;
    const pin = await readNewPin(hasPin ? 'current' : 'none');
    try {
      await host.owner.setPin({
        pin: pin.toString('utf8'),
        ...(current === null ? {} : { currentPin: current.toString('utf8') }),
      });
    } finally {
      pin.fill(0);
      current?.fill(0);
    }
    return hasPin;
  });
  output.result({ set: true, replaced }, () =>
    replaced
      ? 'The owner’s PIN is changed.'
      : 'The owner’s PIN is set. It is asked for whatever loosens a limit, approves a payment or resumes after a pause.',
  );
}
