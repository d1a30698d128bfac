import type { OrderFilter } from '../../../src-shared/contract/index.ts';
import type { OrderState } from '../../../src-shared/model/index.ts';

/** What the bar above the table holds, as it is typed. */
export interface FilterForm {
  readonly text: string;
  readonly agent: string | null;
  readonly state: StateGroup | null;
  /** `YYYY-MM-DD`, or empty. */
  readonly from: string;
  readonly until: string;
}

export const noFilter: FilterForm = { text: '', agent: null, state: null, from: '', until: '' };

/** States as a person asks for them. */
export const stateGroups = {
  paid: { label: 'Paid', states: ['settled'] },
  underWay: { label: 'Under way', states: ['reserved', 'submitting', 'submitted', 'delivering'] },
  unknown: { label: 'Not known yet', states: ['unknown'] },
  failed: { label: 'Paid, not delivered', states: ['failed'] },
  released: { label: 'Not charged', states: ['released'] },
} as const satisfies { readonly [name: string]: { readonly label: string; readonly states: readonly OrderState[] } };

export type StateGroup = keyof typeof stateGroups;

/** In the host's words; null when nothing is filtered. Days are the reader's own, and the last one counts whole. */
export function toQuery({ text, agent, state, from, until }: FilterForm): OrderFilter | null {
  const begin = dayBegin(from, 0);
  const end = dayBegin(until, 1);
  const query: OrderFilter = {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(agent === null ? {} : { agent }),
    ...(state === null ? {} : { states: [...stateGroups[state].states] }),
    ...(begin === null ? {} : { from: begin }),
    ...(end === null ? {} : { until: end }),
  };
  return Object.keys(query).length === 0 ? null : query;
}

function dayBegin(day: string, plusDays: number): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (parts === null) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + plusDays).getTime();
}
