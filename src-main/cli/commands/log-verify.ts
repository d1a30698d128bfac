import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LogVerdictView } from '../../../src-shared/contract/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import { readLogKey, verifyExport } from '../../log/index.ts';
import { filePieces } from '../file-pieces.ts';
import { green, inert, type Output, Refused, red } from '../output.ts';

export interface VerifyOptions {
  /** A base58 key, or a file that holds one. */
  readonly key?: string;
  readonly network?: NetworkName;
}

/** An export, with no host and no wallet; without a file the log where it lies. Exit 1 for what is not as it was written. */
export async function verifyLog(file: string | undefined, options: VerifyOptions, output: Output): Promise<void> {
  const verdict: LogVerdictView = file === undefined ? await verifyAtHost() : await verifyFile(resolve(file), options);
  output.result(verdict, () =>
    verdict.ok
      ? `${green('whole')}: ${verdict.entries} entries, head ${verdict.head}`
      : `${red('not whole')} from entry ${verdict.firstBad} on: ${inert(verdict.why)}`,
  );
  if (!verdict.ok) throw new Refused();
}

/** A host is loaded where one is needed: an offline check of a long log must not carry it. */
async function verifyAtHost(): Promise<LogVerdictView> {
  const { withHost } = await import('../with-host.ts');
  return withHost((host) => host.log.verify());
}

/** Whose log it is we say ourselves, never the file. */
async function verifyFile(file: string, { key, network: named }: VerifyOptions): Promise<LogVerdictView> {
  const network = named ?? (await import('../../host/index.ts')).loadConfig({}, process.env).network;
  const owner = { network, key: key === undefined ? await keyOfHome(network) : givenKey(key) };
  try {
    return await verifyExport(filePieces(file), owner);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new GroatError('config-invalid', { setting: 'FILE', problem: `${file} cannot be read` }, error);
  }
}

const base58Key = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

function givenKey(text: string): string {
  if (base58Key.test(text)) return text;
  const held = contentOf(text);
  if (base58Key.test(held)) return held;
  throw wrongKey(`${JSON.stringify(text)} is neither a base58 key nor a file that holds one`);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw wrongKey(`${JSON.stringify(file)} is neither a base58 key nor a readable file`, error);
  }
}

async function keyOfHome(network: string): Promise<string> {
  const { homeFrom } = await import('../../host/index.ts');
  const home = homeFrom(process.env);
  const key = await readLogKey(home, network);
  if (key !== null) return key;
  throw wrongKey(`there is none in ${home} for the network ${network}, and the file’s own proves nothing; give --key`);
}

const wrongKey = (problem: string, cause?: unknown) =>
  new GroatError('config-invalid', { setting: '--key', problem }, cause);
