import type { SettingsChange } from '../../../src-shared/contract/index.ts';
import type { Link } from '../../rpc/live.ts';

/** Where Groat is with a change that makes it start again. */
export type Restart =
  | { readonly kind: 'none' }
  /** It has said yes and is about to go. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'away' }
  /** It runs again; whether with the change or without, it says when asked. */
  | { readonly kind: 'back' }
  /** It runs again where this page cannot follow. */
  | { readonly kind: 'moved'; readonly port: number };

/** The screens' usual port. */
const usualPort = 14_021;

/** What the line to Groat tells of a restart. */
export function afterLink(restart: Restart, link: Link): Restart {
  if (restart.kind === 'asked' && link === 'lost') return { kind: 'away' };
  if (restart.kind === 'away' && link === 'live') return { kind: 'back' };
  return restart;
}

/** `pagePort` is the one this page came from; null in the app's own window, which needs none. */
export function restartOf(change: SettingsChange, pagePort: number | null): Restart {
  const { uiPort } = change;
  if (pagePort === null || uiPort === undefined) return { kind: 'asked' };
  const port = uiPort ?? usualPort;
  return port === pagePort ? { kind: 'asked' } : { kind: 'moved', port };
}
