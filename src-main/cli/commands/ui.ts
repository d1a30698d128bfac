import { spawn } from 'node:child_process';
import { bold, dim, type Output } from '../output.ts';
import { withRunningHost } from '../with-host.ts';

export interface UiOptions {
  readonly open: boolean;
}

/** Prints a one-time link to the screens; for a person at a desktop, also opens it. */
export async function ui({ open }: UiOptions, output: Output): Promise<void> {
  const { url } = await withRunningHost((host) => host.host.uiLink());
  output.result({ url }, () => `${bold(url)}\n${dim('Good for one minute, and once.')}`);
  if (open && !output.json && process.stdout.isTTY && hasDisplay()) openBrowser(url);
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (process.platform === 'win32' || process.platform === 'darwin') return !SSH_CONNECTION;
  return Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** The link is printed already: where no browser comes up, nothing is lost. */
function openBrowser(url: string): void {
  const [program, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]];
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
