import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { createFileLog } from '../base/file-log.ts';
import { type Host, homeFrom, logFile, type RunningHost, runHost, systemSurroundings } from '../host/index.ts';
import { setApplicationMenu } from './application-menu.ts';
import { listenToCallers } from './callers.ts';
import { watchCrashes } from './crashed-pages.ts';
import { linkScheme } from './deep-link.ts';
import { actingHost, createDeskActs } from './desk-acts.ts';
import { createDeskModel } from './desk-model.ts';
import type { ElectronParts } from './electron-parts.ts';
import { createFaces, type Faces } from './faces.ts';
import { createLastResort } from './failure.ts';
import { launchFlags } from './launch-flags.ts';
import { refusedSwitch } from './launch-locks.ts';
import { openPageDoor } from './page-door.ts';
import type { AppPaths } from './paths.ts';
import { claimScreenScheme, serveScreens } from './screen-files.ts';
import { setStartAtLogin } from './start-at-login.ts';
import { lockContents, lockSession } from './window-locks.ts';

/** For what is in flight when the owner quits; quitting twice does not wait. */
const graceMs = 10_000;

/**
 * Groat as a tray app: one process per home that runs the host and shows it. Quitting stops the host first; an error that
 * escapes closes the host before anything else, and then Groat.
 */
export function startShell(electron: ElectronParts, paths: AppPaths, process: NodeJS.Process): void {
  const { app } = electron;
  const refused = app.isPackaged ? refusedSwitch(app.commandLine) : null;
  if (refused !== null) {
    process.stderr.write(`Groat does not start with --${refused}: it would open its windows to other programs.\n`);
    app.exit(1);
    return;
  }
  const { env, platform, execPath, argv } = process;
  const home = homeFrom(env);
  const userData = join(home, 'app');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  app.enableSandbox();
  claimScreenScheme(electron.protocol);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }

  const log = createFileLog({ file: logFile(home), level: 'info', stderr: 'warn' });
  const flags = launchFlags(argv);
  const model = createDeskModel(log);
  let faces: Faces | null = null;
  let running: RunningHost | null = null;
  let starting: Promise<RunningHost> | null = null;
  let leaving = false;

  const stopHost = async (withinMs: number): Promise<void> => {
    // A start that fails has stopped whatever it had started.
    const host = running ?? (await starting?.catch(() => null)) ?? null;
    await host?.stop(withinMs);
  };

  const lastResort = createLastResort({
    log,
    stopHost: () => stopHost(0),
    darken: () => {
      leaving = true;
      model.unwatch('stopped');
    },
    tell: ({ what, next }) => electron.dialog.showErrorBox('Groat has stopped', `${what}\n\n${next}`),
    tellInPassing: ({ what }) => faces?.say(what),
    exit: (code) => app.exit(code),
  });
  process.on('uncaughtException', (error) => lastResort(error, 'an error escaped'));
  process.on('unhandledRejection', (error) => lastResort(error, 'a rejection escaped'));

  // Whoever reads what is said in the terminal may close it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  const callers = listenToCallers(app, argv);
  const open = (route: string | null): void => {
    if (!leaving) faces?.open(route);
  };
  // Heard and not answered: without a listener Electron quits, and Groat lives in the tray.
  app.on('window-all-closed', () => undefined);
  app.on('web-contents-created', (_event, contents) => lockContents(contents, electron, log));

  const leave = async (): Promise<void> => {
    leaving = true;
    model.unwatch('stopping');
    faces?.leave();
    await stopHost(graceMs).catch((error) => log.error('the host did not stop cleanly', { error }));
    app.exit(0);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (leaving) app.exit(0);
    else void leave();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

  const ready = async (): Promise<void> => {
    electron.powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault();
      app.quit();
    });
    if (platform === 'win32') app.setAppUserModelId('io.groat.app');
    setApplicationMenu(electron, platform);
    app.setAsDefaultProtocolClient(linkScheme, execPath, app.isPackaged ? [] : [app.getAppPath()]);
    lockSession(electron.session.defaultSession, app.isPackaged);

    const act = createDeskActs({
      host: () => {
        const host = running?.current() ?? null;
        return host === null ? null : actingHost(host);
      },
      open,
      quit: () => app.quit(),
      failed: (what) => faces?.say(what),
      log,
    });
    const drawn = createFaces({
      electron,
      paths,
      home,
      platform,
      model,
      choose: (chosen) => void act(chosen),
      clock: systemClock,
      log,
    });
    faces = drawn;
    const pages = openPageDoor({ electron, isOurs: drawn.isOurs, log });
    watchCrashes(app, {
      windowOf: drawn.windowOf,
      tell: drawn.say,
      monotonic: () => systemClock.monotonic(),
      log,
    });

    let startsAtLogin: boolean | null = null;
    model.onPicture(({ phase, preferences }) => {
      if (phase !== 'running' || preferences.startAtLogin === startsAtLogin) return;
      startsAtLogin = preferences.startAtLogin;
      try {
        setStartAtLogin(startsAtLogin, { app, platform, env, execPath });
      } catch (error) {
        log.warn('the desktop could not be told whether to start Groat', { error });
      }
    });

    const follow = (host: Host | null): void => {
      pages.lead(host?.windowDoor ?? null);
      if (host !== null) model.watch({ client: actingHost(host).client, preferences: host.preferences });
      else if (!leaving) model.unwatch('starting');
    };
    await serveScreens(electron.protocol, paths.renderer, log);
    starting = runHost({
      flags: flags.settings,
      env,
      shell: 'app',
      host: { demo: flags.demo, ui: null },
      surroundings: (settings) => systemSurroundings(settings, { stderr: 'warn', passphrasePrompt: null }),
    });
    const keeper = await starting;
    running = keeper;
    if (leaving) return;
    keeper.onChanged(follow);
    keeper.ended.catch((error) => {
      if (!leaving) lastResort(error, 'the host did not come back');
    });
    follow(keeper.current());
    const wanted = callers.answer(open);
    if (wanted !== null || !flags.hidden) open(wanted);
  };
  void app
    .whenReady()
    .then(ready)
    .catch((error) => lastResort(error, 'Groat could not start'));
}
