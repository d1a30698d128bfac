import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SettingsChange } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { replaceHomeFile } from '../base/home-file.ts';

/** What `groat.json` says, unchecked. */
export type SettingValues = Readonly<Record<string, unknown>>;

export interface FoundSettings {
  /** As it lies there, to be put back; null where there is no file. */
  readonly text: string | null;
  readonly values: SettingValues;
}

const fileOf = (home: string) => join(home, 'groat.json');

/** Throws `config-invalid` for a file that cannot be opened or holds no JSON object. */
export function readSettings(home: string): FoundSettings {
  const text = readText(fileOf(home));
  if (text === null) return { text, values: {} };
  try {
    return { text, values: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
  } catch (error) {
    throw new GroatError('config-invalid', { setting: 'groat.json', problem: 'it is not a JSON object' }, error);
  }
}

/** Durable when it resolves; null takes the file away. */
export function writeSettings(home: string, text: string | null): Promise<void> {
  return replaceHomeFile(fileOf(home), text);
}

export const settingsText = (values: SettingValues): string => `${JSON.stringify(values, null, 2)}\n`;

/**
 * The file's values with a change in them; everything else stays as it was. Null, and a list of no endpoints, take a setting
 * out. Endpoints and the sandbox's port belong to the network they were set for: they do not go along to another one.
 */
export function changedSettings(values: SettingValues, change: SettingsChange, network: NetworkName): SettingValues {
  const next: Record<string, unknown> = { ...values };
  if (change.network !== undefined && change.network !== network) {
    delete next['rpcUrls'];
    delete next['rpcPort'];
  }
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (value === null || (Array.isArray(value) && value.length === 0)) delete next[name];
    else next[name] = value;
  }
  return next;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new GroatError('config-invalid', { setting: 'groat.json', problem: 'it cannot be opened' }, error);
  }
}
