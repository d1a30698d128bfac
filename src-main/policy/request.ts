import type { ActionName, AgentName, OrderFacts } from '../../src-shared/model/index.ts';

/**
 * What an agent wants to do, as we saw it ourselves: from its credential, its request and the offer that came back, never
 * from anything the agent says about itself. `id` becomes the order's. `url` has no query string.
 */
export interface ActionRequest extends OrderFacts {
  readonly action: ActionName;
  readonly agent: AgentName;
  /** As `new URL().origin` gives it. */
  readonly origin: string;
  /** SHA-256 of the query string, hex; null without one. The string itself is kept nowhere. */
  readonly queryHash: string | null;
  /** SHA-256 of the request's body, hex; null without one, or where it was not kept. */
  readonly bodyHash: string | null;
}
