import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { expect, onTestFinished, test } from 'vitest';
import type { HostClient } from '../../src-main/base/control-client.ts';
import { cliHome, groat, groatJson, groatScript, startGroat } from '../support/cli.ts';

/** Of Linux: runs a command at a terminal of its own. */
const scriptProgram = '/usr/bin/script';

const exchange = (uiUrl: string, code: string) =>
  fetch(`${uiUrl}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });

test('the link that `groat ui` prints leads from a terminal to the screens, once', async () => {
  const home = cliHome();
  const running = await startGroat(home, 'start', '--json', '--ui-port', '0');
  const { uiUrl } = JSON.parse(running.firstLine);
  expect(uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const page = await fetch(`${uiUrl}/`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect((await fetch(`${uiUrl}/rpc/host/status`, { method: 'POST' })).status).toBe(401);

  const printed = await groatJson(home, 'ui');
  expect(printed.code).toBe(0);
  expect(Object.keys(printed.json)).toEqual(['url']);
  expect(printed.json.url).toMatch(new RegExp(`^${uiUrl}/#code=[\\w-]{43}$`));
  const code = new URL(printed.json.url).hash.slice('#code='.length);
  const { token } = (await (await exchange(uiUrl, code)).json()) as { token: string };
  const client: HostClient = createORPCClient(
    new RPCLink({ url: `${uiUrl}/rpc`, headers: () => ({ authorization: `Bearer ${token}` }) }),
  );
  expect(await client.host.status()).toMatchObject({ uiUrl, mode: 'sandbox' });
  expect((await exchange(uiUrl, code)).status).toBe(403);

  // Without a terminal no browser is opened, and the link is text of its own.
  const text = await groat(home, 'ui');
  expect(text.stdout).toMatch(new RegExp(`^${uiUrl}/#code=[\\w-]{43}\\n`));
});

test.skipIf(process.platform !== 'linux' || !existsSync(scriptProgram))(
  'on a desktop `groat ui` has the browser opened by a file, which is there for it and gone when the command ends',
  async () => {
    const home = cliHome();
    const running = await startGroat(home, 'start', '--json');
    const { uiUrl } = JSON.parse(running.firstLine);
    const desktop = mkdtempSync(join(tmpdir(), 'groat-desktop-'));
    onTestFinished(() => rmSync(desktop, { recursive: true, force: true }));
    const seen = join(desktop, 'seen');
    writeFileSync(
      join(desktop, 'xdg-open'),
      `#!/bin/sh\n{ echo "$@"; cat "\${1#file://}"; } > ${seen}.new; mv ${seen}.new ${seen}\n`,
      { mode: 0o700 },
    );
    // `script` gives the command a terminal; the shell in it becomes the command.
    const child = spawn(scriptProgram, ['-qec', `exec ${process.execPath} ${groatScript} ui`, '/dev/null'], {
      env: { ...home.env, DISPLAY: ':9', PATH: `${desktop}:${home.env['PATH']}` },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await expect.poll(() => existsSync(seen), { timeout: 20_000 }).toBe(true);
    const [address = '', ...page] = readFileSync(seen, 'utf8').split('\n');
    expect(address).toMatch(/^file:.*\/screens-\d+\.html$/);
    expect(page.join('\n')).toMatch(new RegExp(`location\\.replace\\("${uiUrl}/#code=[\\w-]{43}"\\)`));
    expect(existsSync(fileURLToPath(address))).toBe(true);
    // As Ctrl-C is typed.
    child.stdin.write('\u0003');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(fileURLToPath(address))).toBe(false);
  },
);

test('`groat start` without a terminal gives the address of the screens and nothing that lets in', async () => {
  const home = cliHome();
  const running = await startGroat(home, 'start');
  const said = await running.until(/Ctrl-C stops/);
  expect(said).toMatch(/screens {4}http:\/\/127\.0\.0\.1:\d+\n/);
  expect(said).toContain('groat -- ui');
  expect(said).not.toContain('#code=');
});

test('`groat ui` without a running Groat says how to start one', async () => {
  const ran = await groatJson(cliHome(), 'ui');
  expect(ran.code).toBe(1);
  expect(ran.json.error.code).toBe('not-running');
});

test('a port for the screens that somebody has is named, with the flag that chooses another', async () => {
  const first = await startGroat(cliHome(), 'start', '--json');
  const { port } = new URL(JSON.parse(first.firstLine).uiUrl);
  const ran = await groatJson(cliHome(), 'start', '--ui-port', port);
  expect(ran.code).toBe(1);
  expect(ran.json.error).toMatchObject({ code: 'port-taken', next: expect.stringContaining('--ui-port') });
});
