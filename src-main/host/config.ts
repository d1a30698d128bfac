import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type NetworkName, networkNames } from '../../src-shared/model/index.ts';
import { readSettings, type SettingValues } from './settings-file.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
  z.array(z.url()),
);

/** Every setting once: its check, its default, and where it may be written. Unknown settings are refused. */
const settingsSchema = z.strictObject({
  network: z.enum(networkNames).default('sandbox'),
  proxyPort: port.optional(),
  rpcPort: port.optional(),
  /** Where a browser finds the screens. */
  uiPort: port.optional(),
  /** How the wallet's keys are sealed. */
  sealing: z.enum(['auto', 'keychain', 'passphrase', 'keyfile']).default('auto'),
  passphraseFile: z.string().min(1).optional(),
  /** Solana RPC endpoints, first choice first. */
  rpcUrls: list.optional(),
  /** Plain http origins beyond this machine that may be paid. */
  httpOrigins: list.default([]),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export type SettingName = keyof z.input<typeof settingsSchema>;
export type SettingSource = { readonly [S in SettingName]?: unknown };

const envNames: { readonly [S in SettingName]-?: string } = {
  network: 'GROAT_NETWORK',
  proxyPort: 'GROAT_PROXY_PORT',
  rpcPort: 'GROAT_RPC_PORT',
  uiPort: 'GROAT_UI_PORT',
  sealing: 'GROAT_SEALING',
  passphraseFile: 'GROAT_PASSPHRASE_FILE',
  rpcUrls: 'GROAT_RPC_URLS',
  httpOrigins: 'GROAT_HTTP_ORIGINS',
  logLevel: 'GROAT_LOG_LEVEL',
};

/** Read by commands where they need them, never by a host: they are no settings. */
const otherNames: ReadonlySet<string> = new Set(['GROAT_HOME', 'GROAT_PIN_FILE', 'GROAT_NEW_PIN_FILE']);

/** A port the owner named is a promise; a default one may give way to a free one when it is taken. */
export interface PortWish {
  readonly port: number;
  readonly named: boolean;
  /** The command-line flag that names it, for messages; null when there is none. */
  readonly flag: string | null;
}

export interface Config {
  readonly home: string;
  readonly network: NetworkName;
  readonly proxyPort: PortWish;
  readonly rpcPort: PortWish;
  readonly uiPort: PortWish;
  readonly sealing: 'auto' | 'keychain' | 'passphrase' | 'keyfile';
  readonly passphraseFile: string | null;
  readonly rpcUrls: readonly string[];
  readonly httpOrigins: ReadonlySet<string>;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Settings that `groat.json` has no say in, each with the flag or variable that holds it. */
  readonly held: ReadonlyMap<string, string>;
}

export const defaultProxyPort = 14_020;
export const defaultUiPort = 14_021;
export const defaultRpcPort = 14_022;

/** `GROAT_HOME`, else the platform's configuration folder. */
export function homeFrom(env: NodeJS.ProcessEnv): string {
  const home = env['GROAT_HOME'];
  return home === undefined || home === '' ? envPaths('groat', { suffix: '' }).config : resolve(home);
}

/**
 * Settings from flags, then `GROAT_*`, then `groat.json` in the home, then defaults. Anything unreadable, unknown or
 * contradictory is `config-invalid` with the setting's name. `file` stands in for what is in `groat.json`, to try it.
 */
export function loadConfig(flags: SettingSource, env: NodeJS.ProcessEnv, file?: SettingValues): Config {
  const home = homeFrom(env);
  const merged: Record<string, unknown> = { ...(file ?? readSettings(home).values) };
  const held = new Map<string, string>();
  for (const { setting, name, value } of fromEnv(env)) {
    merged[setting] = value;
    held.set(setting, name);
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    merged[name] = value;
    held.set(name, `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  }
  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const setting = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? 'settings');
    throw invalid(
      setting,
      issue?.code === 'unrecognized_keys' ? 'there is no such setting' : (issue?.message ?? 'it cannot be read'),
    );
  }
  const settings = parsed.data;
  refuseContradictions(settings);
  return {
    home,
    network: settings.network,
    proxyPort: wish(settings.proxyPort, defaultProxyPort, '--proxy-port'),
    rpcPort: wish(settings.rpcPort, defaultRpcPort, '--rpc-port'),
    uiPort: wish(settings.uiPort, defaultUiPort, '--ui-port'),
    sealing: settings.sealing,
    passphraseFile: settings.passphraseFile === undefined ? null : resolve(settings.passphraseFile),
    rpcUrls: settings.rpcUrls ?? [],
    httpOrigins: new Set(settings.httpOrigins.map((url) => new URL(url).origin)),
    logLevel: settings.logLevel,
    held,
  };
}

function refuseContradictions(settings: z.output<typeof settingsSchema>): void {
  const { network, proxyPort, rpcPort, uiPort, sealing, passphraseFile, rpcUrls } = settings;
  if (network === 'sandbox' && rpcUrls !== undefined)
    throw invalid('rpcUrls', 'the sandbox is its own chain and takes no RPC endpoint');
  if (network !== 'sandbox' && rpcPort !== undefined)
    throw invalid('rpcPort', `only the sandbox serves an RPC; the network is ${network}`);
  if (network !== 'sandbox' && sealing === 'keyfile')
    throw invalid('sealing', `a key file may seal sandbox wallets only; the network is ${network}`);
  if (passphraseFile !== undefined && (sealing === 'keychain' || sealing === 'keyfile')) {
    throw invalid('passphraseFile', `it contradicts sealing=${sealing}`);
  }
  for (const [name, one, other, same] of [
    ['rpcPort', rpcPort, proxyPort, 'proxyPort'],
    ['uiPort', uiPort, proxyPort, 'proxyPort'],
    ['uiPort', uiPort, rpcPort, 'rpcPort'],
  ] as const)
    if (one !== undefined && one !== 0 && one === other) throw invalid(name, `it is the same port as ${same}`);
}

interface FromEnv {
  readonly setting: string;
  /** Of the variable. */
  readonly name: string;
  readonly value: string;
}

function fromEnv(env: NodeJS.ProcessEnv): readonly FromEnv[] {
  const known = new Map(Object.entries(envNames).map(([setting, name]) => [name, setting]));
  const found: FromEnv[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('GROAT_') || otherNames.has(name) || value === undefined || value === '') continue;
    const setting = known.get(name);
    if (setting === undefined) throw invalid(name, 'there is no such setting');
    found.push({ setting, name, value });
  }
  return found;
}

const wish = (named: number | undefined, otherwise: number, flag: string): PortWish => ({
  port: named ?? otherwise,
  named: named !== undefined,
  flag,
});

const invalid = (setting: string, problem: string) => new GroatError('config-invalid', { setting, problem });
