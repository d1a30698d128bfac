import { createPrivateKey, type KeyObject } from 'node:crypto';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { readSecretFile } from '../../host/index.ts';
import { approvalText } from '../approval-text.ts';
import { attest } from '../attestation.ts';
import type { Output } from '../output.ts';
import { withHost } from '../with-host.ts';

export interface AttestOptions {
  readonly by: string;
  /** A PEM file (PKCS8, Ed25519) that nobody else can read. */
  readonly key: string;
}

/** The approver sees what is signed; the key stays in this process. */
export async function attestApproval(id: string, { by, key: file }: AttestOptions, output: Output): Promise<void> {
  const key = readKey(file);
  const approval = await withHost(async (host) => {
    const asked = await host.approvals.show({ id });
    output.say(approvalText(asked));
    return host.approvals.attest({ id, ...attest(asked, by, key, systemClock, systemRandom) });
  });
  output.result(approval, () => `Signed by ${by}; it is ${approval.state} now.`);
}

function readKey(file: string): KeyObject {
  const wrong = (problem: string) => new GroatError('config-invalid', { setting: '--key', problem });
  const pem = readSecretFile(file, wrong);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Not passed on: what the parser says may speak of the key.
  } finally {
    pem.fill(0);
  }
  throw wrong(`${file} is no Ed25519 key in PEM (PKCS8)`);
}
