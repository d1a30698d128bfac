import { createContext, useContext } from 'react';
import type { SettingsChange } from '../../../src-shared/contract/index.ts';
import { type Act, useAct } from '../../rpc/host.ts';

/** Told once Groat has taken a change and is about to start again with it. */
export const RestartContext = createContext<(change: SettingsChange) => void>(() => undefined);

/** Changes what Groat starts with. `action` is what the PIN is asked for, as in "switch to Devnet". */
export function useSettingsChange(action: string, done: () => void = () => undefined): Act<SettingsChange> {
  const began = useContext(RestartContext);
  return useAct(
    (change: SettingsChange, client, asOwner) =>
      asOwner(action, (context) => client.settings.change(change, { context })),
    (_, change) => {
      done();
      began(change);
    },
  );
}

/** A flag or a variable holds the setting, so that the file has no say in it. */
export const heldWords = 'Fixed by how Groat was started: a flag or a GROAT_ variable holds it.';
