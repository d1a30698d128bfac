import type { NetworkName } from '../../src-shared/model/index.ts';
import type { Config } from './config.ts';
import type { SettingValues } from './settings-file.ts';

/** What an owner said yes to, and for what: it counts for nothing else. */
export interface AcceptedEndpoints {
  readonly network: NetworkName;
  readonly rpcUrls: readonly string[];
  /** The network whose owner it was. Each has its own PIN, and on the sandbox anybody may have set it. */
  readonly by: NetworkName;
}

/** Other settings, which lie in `groat.json` already. */
export interface RestartWish {
  /** Those that the owner agreed to. The file is not read again: by now it may be somebody else's. */
  readonly settings: Config;
  /** The endpoints that the owner named in this change; null where it names none. */
  readonly accepted: AcceptedEndpoints | null;
  /** Those of the settings before, where the owner had accepted them: for going back. */
  readonly acceptedBefore: AcceptedEndpoints | null;
  /** Puts `groat.json` back as it was. */
  undo(): Promise<void>;
}

/** Whoever keeps this host running. A host cannot start itself anew: it asks. */
export interface Runner {
  /** Where it runs: in the tray app, or without a window. */
  readonly shell: 'app' | 'headless';
  /** The settings as they were read: a host that comes back gets the ports that it had instead of any free ones. */
  readonly settings: Config;
  /** Null at a start by which the owner changed no endpoints. */
  readonly accepted: AcceptedEndpoints | null;
  /** True where there was a host before in this process: what was shown of its agents is still good. */
  readonly isRestart: boolean;
  /** What these values in `groat.json` would make of the settings; throws `config-invalid`. Nothing is written. */
  tryOut(values: SettingValues): Config;
  /** What went wrong with the last change, which was taken back. */
  problem(): string | null;
  /** True from the wish on: another change has to wait. */
  isRestarting(): boolean;
  /** Stops this host soon after this returns, when its answer has left, and starts another. */
  restart(wish: RestartWish): void;
}
