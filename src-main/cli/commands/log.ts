import { once } from 'node:events';
import { resolve } from 'node:path';
import { entriesTable } from '../entry-text.ts';
import { writeWhole } from '../new-file.ts';
import type { Output } from '../output.ts';
import { withHost } from '../with-host.ts';

export interface ShowOptions {
  readonly kind?: string;
  readonly agent?: string;
  readonly limit: number;
}

export async function showLog({ kind, agent, limit }: ShowOptions, output: Output): Promise<void> {
  const entries = await withHost((host) => host.log.recent({ kind, agent, limit }));
  output.result(entries, () => entriesTable(entries, 'Nothing is on record.'));
}

export interface ExportOptions {
  readonly format: 'jsonl' | 'csv';
  readonly out?: string;
}

/** To a file, whole or not at all; without one to stdout, where it is all that is printed, also with `--json`. */
export async function exportLog({ format, out }: ExportOptions, output: Output): Promise<void> {
  const file = out === undefined ? null : resolve(out);
  const lines = await withHost(async (host) => {
    const pieces = await host.log.export({ format });
    if (file === null) return copy(pieces, toStdout);
    const progress = createProgress(output);
    let written = 0;
    await writeWhole(file, async (handle) => {
      written = await copy(pieces, (text) => handle.appendFile(text), progress.show);
    }).finally(() => progress.end());
    return written;
  });
  if (file !== null)
    output.result({ file, format, lines }, () =>
      format === 'jsonl'
        ? `${file}: ${lines} lines, the last one its signed head. Check it with \`groat log verify ${file}\`.`
        : `${file}: ${lines} lines, for reading; only the jsonl format can be verified.`,
    );
}

async function copy(
  pieces: AsyncIterable<readonly string[]>,
  write: (text: string) => Promise<void>,
  copied: (lines: number) => void = () => undefined,
): Promise<number> {
  let lines = 0;
  for await (const piece of pieces) {
    await write(piece.join(''));
    lines += piece.length;
    copied(lines);
  }
  return lines;
}

/** Waits for a slow reader: a long log must not pile up here. */
async function toStdout(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function createProgress(output: Output): { show(lines: number): void; end(): void } {
  const { stderr } = process;
  if (output.json || !stderr.isTTY) return { show: () => undefined, end: () => undefined };
  return {
    show: (lines) => void stderr.write(`\r${lines} lines …`),
    end: () => void stderr.write('\r\u001b[K'),
  };
}
