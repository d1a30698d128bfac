import packageFile from '../../package.json' with { type: 'json' };
import type { SettingsChange, SettingsView } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Network } from '../../src-shared/model/index.ts';
import type { Journal, PolicyDesk } from '../policy/index.ts';
import type { CallContext, Implementer } from './call.ts';
import type { Config, PortWish } from './config.ts';
import type { PreferenceBook } from './preferences.ts';
import type { Runner } from './runner.ts';
import { changedSettings, readSettings, settingsText, writeSettings } from './settings-file.ts';

export interface SettingsDeps {
  readonly network: Network;
  readonly config: Config;
  /** Null where this host lives for one command. */
  readonly runner: Runner | null;
  readonly preferences: PreferenceBook;
  readonly desk: Pick<PolicyDesk, 'read'>;
  readonly journal: Pick<Journal, 'note'>;
}

/** How Groat shows itself, and what it starts with. */
export function settingsProcedures(os: Implementer, deps: SettingsDeps) {
  const { network, runner, preferences, desk, journal } = deps;
  /** Until its restart begins, nothing else may be written over a change. */
  let changing = false;

  const change = async (wanted: SettingsChange, context: CallContext): Promise<void> => {
    requirePin(network, wanted, context);
    if (runner === null)
      throw invalid('groat.json', 'this Groat was started for one command and does not start itself anew');
    const { settings, tryOut } = runner;
    for (const name of Object.keys(wanted)) {
      const holder = settings.held.get(name);
      if (holder !== undefined) throw invalid(name, `${holder} holds it, so groat.json has no say in it`);
    }
    if (changing || runner.isRestarting()) throw invalid('groat.json', 'Groat restarts with another change right now');
    changing = true;
    try {
      const before = readSettings(settings.home);
      const values = changedSettings(before.values, wanted, network.name);
      const next = tryOut(values);
      await journal.note({
        kind: 'settings',
        agent: null,
        subject: null,
        data: { author: 'owner', door: context.door, after: onRecord(wanted) },
      });
      await writeSettings(settings.home, settingsText(values));
      const moves = next.network !== network.name || !sameList(next.rpcUrls, settings.rpcUrls);
      runner.restart({
        acceptedRpcUrls: moves ? next.rpcUrls : null,
        acceptedBefore: accepted(desk, settings),
        undo: () => writeSettings(settings.home, before.text),
      });
    } finally {
      changing = false;
    }
  };

  return {
    preferences: {
      show: os.preferences.show.handler(() => preferences.show()),
      set: os.preferences.set.handler(({ input }) => preferences.set(input)),
    },
    settings: {
      show: os.settings.show.handler(() => settingsView(runner?.settings ?? deps.config, runner)),
      change: os.settings.change.handler(async ({ input, context }) => {
        await change(input, context);
        return { restarting: true as const };
      }),
    },
  };
}

/** A window of our own may be the owner's without a PIN where nothing can be lost; real money is never chosen so. */
function requirePin(network: Network, wanted: SettingsChange, { pinProven }: CallContext): void {
  if (pinProven || (network.playMoney && wanted.network !== 'mainnet')) return;
  const action = wanted.network === 'mainnet' ? 'choosing real money' : `changing settings on ${network.name}`;
  throw new GroatError('owner-required', { action });
}

/** Those in force, where they are what the owner accepted: going back to them is nothing new. */
function accepted(desk: Pick<PolicyDesk, 'read'>, { rpcUrls }: Config): readonly string[] | null {
  const found = desk.read();
  const sealed = found.kind === 'policy' ? found.policy.settings : null;
  return sealed !== null && sameList(sealed.rpcUrls, rpcUrls) ? rpcUrls : null;
}

function settingsView(settings: Config, runner: Runner | null): SettingsView {
  const { network, proxyPort, rpcPort, uiPort, rpcUrls, held, home } = settings;
  const named = (wish: PortWish) => (wish.named ? wish.port : null);
  return {
    network,
    proxyPort: named(proxyPort),
    rpcPort: named(rpcPort),
    uiPort: named(uiPort),
    rpcUrls: [...rpcUrls],
    held: [...held.keys()],
    version: packageFile.version,
    home,
    shell: runner?.shell ?? 'headless',
    problem: runner?.problem() ?? null,
  };
}

/** Providers put keys into user info, path and query of an endpoint; the log keeps none. */
function onRecord({ rpcUrls, ...rest }: SettingsChange): Record<string, string | number | null | readonly string[]> {
  const stated = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(stated),
    ...(rpcUrls === undefined ? {} : { rpcUrls: rpcUrls.map((url) => new URL(url).origin) }),
  };
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

const invalid = (setting: string, problem: string) => new GroatError('config-invalid', { setting, problem });
