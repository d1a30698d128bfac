import type { AgentName } from '../../src-shared/model/index.ts';

/**
 * Who is asking. Answers from memory when it can: it is called for every request.
 * Promise: a revoked credential is refused from the moment `revoke` has returned. Failure: throws, and the request is refused.
 */
export interface AgentDirectory {
  /** `credential` is the raw `Proxy-Authorization` value; null when it names no live agent. */
  byProxyCredential(credential: string): AgentName | null;
}

export type {
  Attempt,
  BodySample,
  Challenge,
  PayableRequest,
  Payer,
  PaymentHeaders,
  Submitted,
} from '../payments/index.ts';
