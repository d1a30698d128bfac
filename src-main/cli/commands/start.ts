import { createHost, type Host, loadConfig } from '../../host/index.ts';
import { bold, dim, type Output, yellow } from '../output.ts';
import { logFile, realSurroundings } from '../surroundings.ts';

export interface StartOptions {
  readonly proxyPort?: number;
  readonly rpcPort?: number;
  readonly demo?: boolean;
}

const graceMs = 10_000;

/** Runs until SIGTERM or SIGINT, then finishes what is in flight for 10 s. A second signal does not wait. */
export async function start(options: StartOptions, output: Output): Promise<void> {
  const { proxyPort, rpcPort, demo = false } = options;
  const config = loadConfig({ proxyPort, rpcPort }, process.env);
  const host = await createHost(config, { demo }, realSurroundings(config, 'warn'));
  // Before anybody is told that it is ready: whoever reads that may send the signal at once.
  const ended = untilStopped(host, output);
  output.result(host.ready, () => welcome(host));
  await ended;
}

/** Waits for the signal that ends a foreground host, and ends it. */
export async function untilStopped(host: Host, output: Output): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  process.once('SIGINT', () => process.exit(1));
  output.say(dim('\nStopping; finishing what is in flight …'));
  await host.stop(graceMs);
}

function welcome(host: Host): string {
  const { mode, address, proxyUrl, rpcUrl, demoUrl, home } = host.ready;
  const lines = [
    `${bold('Groat')} runs on the ${bold(mode)}${mode === 'sandbox' ? yellow(' (this money exists only on this machine)') : ''}`,
    '',
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
  // As it can be typed from a checkout, which puts no `groat` on the path.
  const groat = `${process.env['GROAT_HOME'] ? `GROAT_HOME=${home} ` : ''}npm run --silent groat --`;
  lines.push(
    dim(`Another terminal, in this folder: ${groat} status (or history, agents add NAME, help).  Ctrl-C stops.`),
  );
  return lines.join('\n');
}
