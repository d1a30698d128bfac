/** One kind of measurement. It takes all its variants in one interleaved run, so that a ratio survives a noisy machine. */
export interface Suite {
  readonly name: string;
  /** One sentence: what is measured against what, and how. */
  readonly about: string;
  run(options: BenchOptions): Promise<readonly Table[]>;
}

export interface BenchOptions {
  /** Fewer rounds, to see that it runs. The figures are not to be quoted. */
  readonly quick: boolean;
  say(line: string): void;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Nearest rank; `values` in any order. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
export const ratio = (value: number): string => `${value.toFixed(2)} ×`;
export const perSecond = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');

export function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [`**${title}**`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
