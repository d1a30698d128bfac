import { styleText } from 'node:util';
import { asGroatError } from '../../src-shared/errors/index.ts';
import { redactText } from '../base/redact.ts';
import { HostError } from './host-error.ts';

/** Where a command writes: stdout for its result, stderr for what is said beside it. Colours only on a terminal. */
export interface Output {
  readonly json: boolean;
  /** The result: one JSON document with `--json`, else the text. Called once. */
  result(document: unknown, text: () => string): void;
  /** A line for a person; silent with `--json`. */
  say(line: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(document, text) {
      process.stdout.write(`${json ? JSON.stringify(document) : text()}\n`);
    },
    say(line) {
      if (!json) process.stdout.write(`${line}\n`);
    },
  };
}

/** What a failed command prints and exits with. A refusal or failure is 1; a wrong call is 2 (see `main.ts`). */
export function printError(error: unknown, json: boolean): void {
  const known = error instanceof HostError ? error : asGroatError(error);
  // What broke inside may speak of anything; our own sentences name only settings, files and addresses.
  const what = known.code === 'internal' ? redactText(known.what) : known.what;
  if (json)
    process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: what, next: known.next } })}\n`);
  else
    process.stderr.write(
      `${styleText('red', 'error', { stream: process.stderr })} ${inert(what)}\n      ${inert(known.next)}\n`,
    );
}

/** Ends a command with exit code 1 after it has already shown its result. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const yellow = (text: string) => styleText('yellow', text);
export const red = (text: string) => styleText('red', text);

/**
 * Columns padded to their widest cell; numbers in `right` columns flush right. Colour goes on after, or widths break: cells
 * are inert.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const plain = rows.map((row) => row.map(inert));
  const widths = head.map((title, column) =>
    plain.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [dim(line(head)), ...plain.map(line)].join('\n');
}

/**
 * Text from outside (an address, a payee, an agent's words) on one line: what would move the cursor, hide or turn letters
 * around is shown as its code, so that nobody writes the owner's screen but Groat.
 */
export function inert(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, asCode);
}

/** The same for a text with lines of its own. */
export function inertLines(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, asCode);
}

function asCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** A signature or address, short enough for a table. */
export const short = (text: string | null) => (text === null ? '–' : text.length > 12 ? `${text.slice(0, 8)}…` : text);

export const clockTime = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
