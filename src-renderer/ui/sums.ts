/** Sums over time as a chart draws them. */
export interface Sums {
  readonly series: readonly SumsRow[];
  /** One row a step, oldest first; sums as numbers, for drawing only. */
  readonly data: readonly { readonly [member: string]: number | string }[];
}

export interface SumsRow {
  /** The data's member for this row: `row0`, so that no name from outside becomes one. */
  readonly member: string;
  /** Null: what is left over. */
  readonly key: string | null;
  readonly total: string;
  readonly colour: string;
}
