import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { entriesTable } from '../entry-text.ts';
import { bold, dim, inert, type Output, table } from '../output.ts';
import { withHost } from '../with-host.ts';

export async function showLaw(output: Output): Promise<void> {
  const law = await withHost((host) => host.law.show());
  output.result(law, () =>
    [
      `${bold('Law')}, version ${law.version}  ${dim(law.hash)}`,
      '',
      table(
        ['norm', 'type', 'when', 'because'],
        law.norms.map((norm) => [
          String(norm['id']),
          String(norm['type']),
          conditions(norm['when']),
          String(norm['reason']),
        ]),
      ),
    ].join('\n'),
  );
}

/** One norm or a list of them: all come in, as one version of the law, or none does. */
export async function addNorms(file: string, output: Output): Promise<void> {
  const norms = readNorms(file);
  const { version } = await withHost((host) => host.law.add({ norms: [...norms] }));
  const added = norms.length;
  output.result(
    { version, added },
    () => `${added === 1 ? 'One norm is' : `${added} norms are`} in; the law is version ${version} now.`,
  );
}

export async function removeNorm(id: string, output: Output): Promise<void> {
  const law = await withHost((host) => host.law.remove({ id }));
  output.result(law, () => `${id} is gone; the law is version ${law.version} now.`);
}

export async function lawHistory(options: { limit: number }, output: Output): Promise<void> {
  const entries = await withHost((host) => host.law.history({ limit: options.limit }));
  output.result(entries, () => entriesTable(entries, 'The law is as Groat made it.'));
}

export async function lawDiff(from: number | undefined, to: number | undefined, output: Output): Promise<void> {
  const diff = await withHost((host) =>
    host.law.diff({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
  );
  const line = (sign: string, norm: Record<string, unknown>) => `  ${sign} ${inert(JSON.stringify(norm))}`;
  output.result(diff, () =>
    [
      `${bold('Law')}, from version ${diff.from} to ${diff.to}`,
      ...diff.removed.map((norm) => line('-', norm)),
      ...diff.added.map((norm) => line('+', norm)),
      ...diff.changed.flatMap(({ before, after }) => [line('-', before), line('+', after)]),
      ...(diff.removed.length + diff.added.length + diff.changed.length === 0 ? ['  nothing changed'] : []),
    ].join('\n'),
  );
}

const normFile = z.union([
  z.record(z.string(), z.unknown()).transform((norm) => [norm]),
  z.array(z.record(z.string(), z.unknown())).min(1).max(64),
]);

function readNorms(file: string): readonly Record<string, unknown>[] {
  try {
    return normFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const problem = `${file} is not a readable JSON file with one norm or a list of norms`;
    throw new GroatError('config-invalid', { setting: 'FILE', problem }, error);
  }
}

const condition = z.array(z.object({ selector: z.string(), operator: z.string(), value: z.unknown() }));

function conditions(when: unknown): string {
  const parsed = condition.safeParse(when);
  if (!parsed.success) return JSON.stringify(when);
  return parsed.data
    .map(({ selector, operator, value }) => `${selector} ${operator} ${Array.isArray(value) ? value.join('|') : value}`)
    .join(' and ');
}
