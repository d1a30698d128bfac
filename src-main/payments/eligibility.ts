import type { AgentName, Denied } from '../../src-shared/model/index.ts';
import { hasHeader, headerValues } from '../base/raw-headers.ts';
import { isProof, proofHeader } from './dialects/open402/codec.ts';
import { legacyPaymentHeader, paymentSignatureHeader } from './dialects/x402-v2/codec.ts';
import type { PayableRequest } from './payer.ts';

/** A request that carries one of these is paid by somebody else, in whatever way. */
const paymentHeaders = [paymentSignatureHeader, legacyPaymentHeader, 'X-Prepaid-Credential'] as const;

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * What no offer can make payable, in this order: the answer to TRACE says what came, and credit and keys are not the agent's to
 * see (RFC 9110, section 9.3.8); a payment that is already there is somebody else's; an http origin that
 * is neither on this machine nor listed by the owner could be rewritten on the way; a browser's page
 * has no business here, unless the agent's delegation says that it is one.
 */
export function refuseByRequest(
  request: PayableRequest,
  httpOrigins: ReadonlySet<string>,
  mayBrowse: (agent: AgentName) => boolean,
): Denied | null {
  const { url, method, rawHeaders } = request;
  if (method.toUpperCase() === 'TRACE')
    return { kind: 'denied', reason: 'request-invalid', detail: 'TRACE would show what it was paid with.' };
  const paid = paymentHeaders.some((name) => hasHeader(rawHeaders, name));
  if (paid || headerValues(rawHeaders, proofHeader).some(isProof)) {
    return { kind: 'denied', reason: 'payment-header-present', detail: 'The request already carries a payment.' };
  }
  if (url.protocol === 'http:' && !loopbackHost.test(url.hostname) && !httpOrigins.has(url.origin)) {
    return {
      kind: 'denied',
      reason: 'insecure-origin',
      detail: `${url.origin} is plain http and not on this machine: anyone on the way could change the payee. Use https, or list it in httpOrigins.`,
    };
  }
  const origins = headerValues(rawHeaders, 'Origin');
  // Sec-Fetch-Site comes from browsers alone; Node's fetch sends Sec-Fetch-Mode too, so that one proves nothing.
  const browsed = hasHeader(rawHeaders, 'Sec-Fetch-Site') || origins.some((origin) => origin !== url.origin);
  if (browsed && !mayBrowse(request.agent)) {
    return { kind: 'denied', reason: 'browser-request', detail: 'A request that looks like a web page’s is not paid.' };
  }
  return null;
}
