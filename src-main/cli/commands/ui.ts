import { spawn } from 'node:child_process';
import { homeFrom } from '../../host/index.ts';
import { openLink } from '../open-link.ts';
import { bold, dim, type Output } from '../output.ts';
import { withRunningHost } from '../with-host.ts';

export interface UiOptions {
  readonly open: boolean;
}

/** As long as the link is good. */
const openMs = 60_000;

/** Prints a one-time link to the screens; for a person at a desktop, also opens it, and stays while a browser may come for it. */
export async function ui({ open }: UiOptions, output: Output): Promise<void> {
  const { url } = await withRunningHost((host) => host.host.uiLink());
  output.result({ url }, () => `${bold(url)}\n${dim('Good for one minute, and once.')}`);
  if (!open || output.json || !process.stdout.isTTY || !hasDisplay()) return;
  output.say(
    dim('Your browser opens it now. If it does not, use the link. Ctrl-C ends this command; a minute does too.'),
  );
  const ends = new AbortController();
  const end = (): void => ends.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const timer = setTimeout(end, openMs);
  await openLink(url, homeFrom(process.env), openOnDesktop, ends.signal);
  clearTimeout(timer);
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (process.platform === 'win32' || process.platform === 'darwin') return !SSH_CONNECTION;
  return Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Resolves when the desktop has taken it over, or still has it in hand after a moment: some stay as long as their browser. */
function openOnDesktop(address: string): Promise<void> {
  const [program, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', address]]
        : ['xdg-open', [address]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
    setTimeout(resolve, 5000).unref();
    child.unref();
  });
}
