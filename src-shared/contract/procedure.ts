import { oc } from '@orpc/contract';
import { z } from 'zod';

/** Least rank that may call a procedure (architecture page, "One contract, three doors, four ranks"). */
export type Rank = 'public' | 'agent' | 'operator' | 'owner';

export interface ProcedureMeta {
  readonly rank: Rank;
}

export const procedure = oc.$meta<ProcedureMeta>({ rank: 'owner' }).errors({
  /** A `GroatError`, with its code and its two sentences. */
  GROAT: { status: 422, data: z.object({ code: z.string(), what: z.string(), next: z.string() }) },
});
export const operator = procedure.meta({ rank: 'operator' });
export const owner = procedure.meta({ rank: 'owner' });
