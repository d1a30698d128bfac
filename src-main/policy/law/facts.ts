import type { ActionName, Atomic } from '../../../src-shared/model/index.ts';
import type { ActionRequest } from '../request.ts';

/** What a norm can ask about: the request as we saw it ourselves. A text is empty where the action has no such thing. */
export interface LawFacts {
  readonly action: ActionName;
  /** USDC's smallest unit; 0 where the action has no price. */
  readonly amount: Atomic;
  readonly origin: string;
  /** Without port. */
  readonly host: string;
  readonly method: string;
  /** The path as it was sent, without query: `/a` and `/%61` are two routes. */
  readonly route: string;
  readonly payee: string;
  readonly asset: string;
  /** CAIP-2 id. */
  readonly network: string;
  readonly dialect: string;
  readonly role: string;
  readonly agent: string;
}

/** `role` is the one that the delegation names. */
export function lawFacts(request: ActionRequest, role: string): LawFacts {
  const url = URL.parse(request.url);
  return {
    action: request.action,
    amount: request.amount,
    origin: withoutRootDot(request.origin),
    host: withoutRootDot(url?.hostname ?? ''),
    method: request.method.toUpperCase(),
    route: url?.pathname ?? '',
    payee: request.payee,
    asset: request.asset,
    network: request.network,
    dialect: request.dialect,
    role,
    agent: request.agent,
  };
}

/** `example.com.` is the same host as `example.com`, and would slip through a norm about it. */
const withoutRootDot = (text: string): string => text.replace(/\.+(?=:\d+$|$)/, '');
