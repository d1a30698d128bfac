import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { openLink } from '../../../src-main/cli/open-link.ts';

const code = 'aB3-_'.repeat(8);
const link = `http://127.0.0.1:14021/#code=${code}`;

function homeFolder(): string {
  const home = mkdtempSync(join(tmpdir(), 'groat-open-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Where a browser goes that opens the page. */
function led(page: string): string | null {
  const targets: string[] = [];
  const script = /<script>(.*)<\/script>/s.exec(page)?.[1] ?? '';
  runInNewContext(script, { location: { replace: (to: string) => void targets.push(to) } });
  return targets[0] ?? null;
}

test('the program that opens the browser is told a file that only the owner reads, and nothing of the link', async () => {
  const home = homeFolder();
  const over = new AbortController();
  const seen: string[] = [];
  const opened = openLink(
    link,
    home,
    async (address) => {
      seen.push(address);
      expect(address).not.toContain(code);
      const file = fileURLToPath(address);
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(led(readFileSync(file, 'utf8'))).toBe(link);
      setImmediate(() => {
        // The browser may be slow: the file waits for it.
        expect(existsSync(file)).toBe(true);
        over.abort();
      });
    },
    over.signal,
  );
  expect(await opened).toBe(true);
  expect(seen).toHaveLength(1);
  expect(readdirSync(home)).toEqual([]);
});

test('where nothing can open it, the file is gone at once', async () => {
  const home = homeFolder();
  const never = new AbortController().signal;
  expect(await openLink(link, home, () => Promise.reject(new Error('no browser')), never)).toBe(false);
  expect(readdirSync(home)).toEqual([]);
});

test('an end that comes while it is being opened leaves no file either', async () => {
  const home = homeFolder();
  const over = new AbortController();
  const open = async () => over.abort();
  expect(await openLink(link, home, open, over.signal)).toBe(true);
  expect(readdirSync(home)).toEqual([]);
});

test('a link is text in that page, whatever is in it', async () => {
  const hostile = `http://127.0.0.1:1/#code=</script><script>alert(1)</script>"`;
  const over = new AbortController();
  let page = '';
  const open = async (address: string) => {
    page = readFileSync(fileURLToPath(address), 'utf8');
    over.abort();
  };
  await openLink(hostile, homeFolder(), open, over.signal);
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(led(page)).toBe(hostile);
});
