import type { SettingsChange, SettingsView } from '../../../src-shared/contract/index.ts';

export type PortName = 'proxyPort' | 'uiPort' | 'rpcPort';
/** What stands in the fields; empty for the usual port. */
export type PortsText = Readonly<Record<PortName, string>>;

export function portsText({ proxyPort, uiPort, rpcPort }: SettingsView): PortsText {
  const text = (port: number | null): string => (port === null ? '' : String(port));
  return { proxyPort: text(proxyPort), uiPort: text(uiPort), rpcPort: text(rpcPort) };
}

/** Null is the usual one, 0 any free one. */
export type TypedPort = { readonly ok: true; readonly port: number | null } | { readonly ok: false };

export function typedPort(text: string): TypedPort {
  const plain = text.trim();
  if (plain === '') return { ok: true, port: null };
  const port = /^\d{1,5}$/.test(plain) ? Number(plain) : Number.NaN;
  return port <= 65_535 ? { ok: true, port } : { ok: false };
}

/** What is wrong with each field, by its name. */
export function portProblems(text: PortsText, names: readonly PortName[]): { readonly [P in PortName]?: string } {
  const problems: { -readonly [P in PortName]?: string } = {};
  const seen = new Map<number, PortName>();
  for (const name of names) {
    const typed = typedPort(text[name]);
    if (!typed.ok) problems[name] = 'A number up to 65535; 0 is any free one';
    else if (typed.port && seen.has(typed.port)) problems[name] = 'Two of them cannot share a port';
    else if (typed.port) seen.set(typed.port, name);
  }
  return problems;
}

/** Only what is another one than in the settings; null where nothing is, or something cannot be read. */
export function portsChange(
  settings: SettingsView,
  text: PortsText,
  names: readonly PortName[],
): SettingsChange | null {
  if (Object.keys(portProblems(text, names)).length > 0) return null;
  const changes = names.flatMap((name) => {
    const typed = typedPort(text[name]);
    return typed.ok && typed.port !== settings[name] ? [[name, typed.port] as const] : [];
  });
  return changes.length === 0 ? null : Object.fromEntries(changes);
}
