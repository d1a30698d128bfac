import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cliHome, groat, groatJson } from '../support/cli.ts';

test('groat resume --accept-books shows the settings that come with the books, and accepts those', async () => {
  const home = cliHome();
  const file = join(dirname(home.home), 'pin');
  writeFileSync(file, 'correct horse battery', { mode: 0o600 });
  const owner = { ...home, env: { ...home.env, GROAT_PIN_FILE: file } };
  expect((await groat(owner, 'owner', 'set-pin')).code).toBe(0);
  // Turns the line around for who reads it.
  const httpOrigins = ['http://10.0.0.1', 'http://seller.test/\u202egnp'];
  writeFileSync(join(home.home, 'groat.json'), JSON.stringify({ httpOrigins }));

  const asked = await groat(home, 'resume', '--accept-books');
  expect(asked.code).toBe(1);
  expect(asked.stdout).toContain('http://10.0.0.1');

  const accepted = await groat(owner, 'resume', '--accept-books');
  expect(accepted).toMatchObject({ code: 0, stderr: '' });
  expect(accepted.stdout).toMatch(
    /You also accept these settings.*http:\/\/10\.0\.0\.1\n.*http:\/\/seller\.test\n.*may pay again/s,
  );
  expect(accepted.stdout.match(/accept these settings/g)).toHaveLength(1);

  writeFileSync(join(home.home, 'groat.json'), JSON.stringify({ httpOrigins: [...httpOrigins, 'http://10.0.0.2'] }));
  expect((await groatJson(owner, 'resume', '--accept-books')).json).toEqual({
    paused: false,
    problem: null,
    accepted: { rpcUrls: [], httpOrigins: ['http://10.0.0.1', 'http://10.0.0.2', 'http://seller.test'] },
  });
  expect((await groatJson(owner, 'resume', '--accept-books')).json).toEqual({
    paused: false,
    problem: null,
    accepted: null,
  });
});
