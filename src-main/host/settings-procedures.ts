import { isDeepStrictEqual } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import type { SettingsChange, SettingsView } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import type { Network, NetworkName } from '../../src-shared/model/index.ts';
import type { Journal, PolicyDesk } from '../policy/index.ts';
import type { CallContext, Implementer } from './call.ts';
import type { Config, PortWish } from './config.ts';
import type { PreferenceBook } from './preferences.ts';
import type { AcceptedEndpoints, Runner } from './runner.ts';
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

/** What lets anybody be paid, believed or read: of `groat.json` only as Groat started with it. */
const guarded = ['network', 'rpcUrls', 'httpOrigins', 'sealing', 'passphraseFile'] as const;
const loopback = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/;

/** How Groat shows itself, and what it starts with. */
export function settingsProcedures(os: Implementer, deps: SettingsDeps) {
  const { network, runner, preferences, desk, journal } = deps;
  /** Until its restart begins, nothing else may be written over a change. */
  let changing = false;

  const change = async (wanted: SettingsChange, context: CallContext): Promise<void> => {
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
      requirePin(network, next.network, context);
      refuseForeign(tryOut(before.values), settings);
      refusePlainHttp(wanted.rpcUrls ?? []);
      await journal.note({
        kind: 'settings',
        agent: null,
        subject: null,
        data: { author: 'owner', door: context.door, after: onRecord(settings, next) },
      });
      await writeSettings(settings.home, settingsText(values));
      const { rpcUrls } = wanted;
      runner.restart({
        settings: next,
        accepted: rpcUrls === undefined ? null : { network: next.network, rpcUrls, by: network.name },
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
function requirePin(network: Network, next: NetworkName, { pinProven }: CallContext): void {
  if (pinProven || (network.playMoney && next !== 'mainnet')) return;
  const action = next === 'mainnet' ? 'choosing real money' : `changing settings on ${network.name}`;
  throw new GroatError('owner-required', { action });
}

/** The owner says yes to one change, not to what somebody else wrote beside it: that waits for a start, and its own yes. */
function refuseForeign(inFile: Config, inForce: Config): void {
  const other = guarded.filter((name) => !isDeepStrictEqual(inFile[name], inForce[name]));
  if (other.length === 0) return;
  throw invalid(
    'groat.json',
    `somebody else changed ${other.join(', ')} in it since Groat started; put that back, or start Groat anew with it`,
  );
}

/** Whoever is on the way could answer in a plain endpoint's place. */
function refusePlainHttp(rpcUrls: readonly string[]): void {
  for (const url of rpcUrls) {
    const { protocol, hostname, host } = new URL(url);
    if (protocol !== 'https:' && !loopback.test(hostname))
      throw invalid('rpcUrls', `${host} is beyond this machine and needs https`);
  }
}

/** Those in force, where they are what the owner accepted: going back to them is nothing new. */
function accepted(desk: Pick<PolicyDesk, 'read'>, { network, rpcUrls }: Config): AcceptedEndpoints | null {
  const found = desk.read();
  const sealed = found.kind === 'policy' ? found.policy.settings : null;
  return sealed !== null && isDeepStrictEqual(sealed.rpcUrls, rpcUrls) ? { network, rpcUrls, by: network } : null;
}

function settingsView(settings: Config, runner: Runner | null): SettingsView {
  const { network, proxyPort, rpcPort, uiPort, rpcUrls, held, home } = settings;
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

type OnRecord = Readonly<Record<string, string | number | null | readonly string[]>>;

/** What becomes different, whoever wished for it. */
function onRecord(before: Config, after: Config): OnRecord {
  const [old, now] = [recorded(before), recorded(after)];
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !isDeepStrictEqual(value, old[name])));
}

function recorded({ network, proxyPort, rpcPort, uiPort, rpcUrls, httpOrigins, logLevel, sealing }: Config): OnRecord {
  return {
    network,
    proxyPort: named(proxyPort),
    rpcPort: named(rpcPort),
    uiPort: named(uiPort),
    // Providers put keys into user info, path and query of an endpoint; the log keeps none.
    rpcUrls: rpcUrls.map((url) => new URL(url).origin),
    httpOrigins: [...httpOrigins],
    logLevel,
    sealing,
  };
}

const named = (wish: PortWish): number | null => (wish.named ? wish.port : null);

const invalid = (setting: string, problem: string) => new GroatError('config-invalid', { setting, problem });
