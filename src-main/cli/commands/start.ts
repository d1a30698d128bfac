import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { createUiSessions, type Host, runHost, uiLink } from '../../host/index.ts';
import { bold, dim, type Output, yellow } from '../output.ts';
import { logFile, realSurroundings } from '../surroundings.ts';

export interface StartOptions {
  readonly proxyPort?: number;
  readonly rpcPort?: number;
  readonly uiPort?: number;
  readonly demo?: boolean;
}

const graceMs = 10_000;

/** Runs until SIGTERM or SIGINT, then finishes what is in flight for 10 s. A second signal does not wait. */
export async function start(options: StartOptions, output: Output): Promise<void> {
  const { proxyPort, rpcPort, uiPort, demo = false } = options;
  const sessions = createUiSessions({ clock: systemClock, random: systemRandom });
  const running = await runHost({
    flags: { proxyPort, rpcPort, uiPort },
    env: process.env,
    shell: 'headless',
    host: { demo, ui: { sessions } },
    surroundings: (config) => realSurroundings(config, 'warn'),
  });
  // Before anybody is told that it is ready: whoever reads that may send the signal at once.
  const ended = untilStopped(running, output);
  running.onChanged((host) => {
    if (host !== null) output.say(dim(`Groat has restarted on the ${host.ready.mode}; proxy ${host.ready.proxyUrl}`));
  });
  // Only a person at a terminal gets a link that lets in; what is written to a file gets the address.
  const link = (url: string) => (process.stdout.isTTY ? uiLink(url, sessions) : null);
  const host = running.current();
  if (host !== null) output.result(host.ready, () => welcome(host, link));
  await Promise.race([ended, running.ended]);
}

/** Waits for the signal that ends a foreground host, and ends it. */
export async function untilStopped(host: Pick<Host, 'stop'>, output: Output): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  process.once('SIGINT', () => process.exit(1));
  output.say(dim('\nStopping; finishing what is in flight …'));
  await host.stop(graceMs);
}

function welcome(host: Host, linkTo: (uiUrl: string) => string | null): string {
  const { mode, address, proxyUrl, rpcUrl, demoUrl, uiUrl, home } = host.ready;
  // As it can be typed from a checkout, which puts no `groat` on the path.
  const groat = `${process.env['GROAT_HOME'] ? `GROAT_HOME=${home} ` : ''}npm run --silent groat --`;
  const screens = uiUrl === null ? null : (linkTo(uiUrl) ?? uiUrl);
  const lines = [
    `${bold('Groat')} runs on the ${bold(mode)}${mode === 'sandbox' ? yellow(' (this money exists only on this machine)') : ''}`,
    '',
    ...(screens === null ? [] : [`  screens    ${bold(screens)}`]),
    `  address    ${address}`,
    `  balance    ${host.balance} USDC`,
    `  proxy      ${host.demoProxyUrl ?? proxyUrl}`,
    ...(rpcUrl === null ? [] : [`  solana rpc ${rpcUrl}`]),
    ...(demoUrl === null ? [] : [`  demo shop  ${demoUrl}`]),
    `  home       ${home}`,
    `  log        ${logFile(home)}`,
    '',
  ];
  if (host.demoProxyUrl !== null && demoUrl !== null) {
    lines.push(
      'Buy something: an agent’s request, paid on its way through the proxy.',
      '',
      `  ${bold(`curl --noproxy '' -x ${host.demoProxyUrl} ${demoUrl}`)}`,
      '',
      dim('That credential belongs to the agent “demo” and is made afresh at every start.'),
    );
  }
  if (screens !== null) lines.push(dim(`The screens open by a link that is good for one minute and once: ${groat} ui`));
  lines.push(
    dim(`Another terminal, in this folder: ${groat} status (or history, agents add NAME, help).  Ctrl-C stops.`),
  );
  return lines.join('\n');
}
