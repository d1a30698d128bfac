import { z } from 'zod';
import {
  creditView,
  originSecret,
  packageOffer,
  pendingPurchase,
  prepaidStatus,
  purchaseResult,
  renewal,
} from './prepaid.ts';
import { operator, owner } from './procedure.ts';
import { agentName, decimal } from './values.ts';

/** Credit for calls, bought ahead. */
export const prepaid = {
  packages: operator.input(z.object({ url: z.url({ protocol: /^https?$/ }) })).output(packageOffer),
  /** As agent, under its delegation: policy decides, and a person where it asks one. */
  buy: operator
    .input(
      z.object({
        url: z.url({ protocol: /^https?$/ }),
        package: z.string().max(64),
        agent: agentName.default('cli'),
        form: z.enum(['groat', 'ag402']).default('groat'),
        /** What was shown to whoever buys: for a package that costs more or holds less by then, nothing is paid. */
        terms: z
          .strictObject({
            upTo: decimal,
            calls: z.number().int().min(0).default(0),
            days: z.number().int().min(0).default(0),
          })
          .optional(),
      }),
    )
    .output(purchaseResult),
  status: operator.output(prepaidStatus),
  /** Asks the sellers of pending purchases once more. */
  recover: operator.output(z.array(pendingPurchase)),
  /** Throws away what is expired or used up. */
  purge: operator.output(z.object({ removed: z.number().int() })),
  renew: owner.input(z.object({ id: z.string(), renewal: renewal.nullable() })).output(creditView),
};

/** API keys of the owner's, each for one origin. */
export const secrets = {
  list: operator.output(z.array(originSecret)),
  set: owner
    .input(
      z.object({
        url: z.url({ protocol: /^https?$/ }),
        secret: z.string().min(1).max(4096),
        agents: z.array(agentName).max(100).default([]),
      }),
    )
    .output(originSecret),
  remove: operator
    .input(z.object({ url: z.url({ protocol: /^https?$/ }) }))
    .output(z.object({ origin: z.string(), removed: z.boolean() })),
};
