import { parseArgs } from 'node:util';
import type { SettingSource } from '../host/index.ts';

export interface LaunchFlags {
  /** Started by the desktop and not by a person: no window. */
  readonly hidden: boolean;
  readonly demo: boolean;
  readonly settings: SettingSource;
}

/** Flags of `groat start` that the app knows too. Electron's and Chromium's own stand among them and are not ours to judge. */
export function launchFlags(argv: readonly string[]): LaunchFlags {
  const { values } = parseArgs({
    args: argv.slice(1),
    strict: false,
    options: {
      hidden: { type: 'boolean' },
      demo: { type: 'boolean' },
      'proxy-port': { type: 'string' },
      'rpc-port': { type: 'string' },
    },
  });
  return {
    hidden: values.hidden === true,
    demo: values.demo === true,
    settings: { proxyPort: values['proxy-port'], rpcPort: values['rpc-port'] },
  };
}
