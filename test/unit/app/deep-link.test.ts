import { expect, test } from 'vitest';
import { linkedApproval, linkedApprovalOf } from '../../../src-main/app/deep-link.ts';
import { launchFlags } from '../../../src-main/app/launch-flags.ts';

const id = `apr_0mi7k3x2a${'0f'.repeat(6)}`;

test('a link names one approval', () => {
  expect(linkedApproval(`groat://approval/${id}`)).toBe(id);
  expect(linkedApproval(`groat://approval/${id}/`)).toBe(id);
  expect(linkedApprovalOf(['/usr/bin/groat', '--allow-file-access', `groat://approval/${id}`])).toBe(id);
});

test.each([
  'groat://approval/',
  `groat://approval/${id}/approve`,
  `groat://approval/${id}?approve=1`,
  `groat://approval/${id}#/settings`,
  `groat://approval/../${id}`,
  `groat://approve/${id}`,
  `GROAT://approval/${id}`,
  `groat://approval/${id.toUpperCase()}`,
  `groat://approval/${id}\n`,
  ` groat://approval/${id}`,
  `groat://user@approval/${id}`,
  `https://approval/${id}`,
  'groat://approval/apr_<script>alert(1)</script>',
  '',
])('%j is no link of ours', (link) => {
  expect(linkedApproval(link)).toBeNull();
  expect(linkedApprovalOf(['groat', link])).toBeNull();
});

test('the program’s own name is no link', () => {
  expect(linkedApprovalOf([`groat://approval/${id}`])).toBeNull();
});

test('flags of ours are read from among Electron’s own', () => {
  expect(
    launchFlags(['electron', '.', '--no-sandbox', '--hidden', '--proxy-port', '0', '--lang=en', '--demo']),
  ).toEqual({
    hidden: true,
    demo: true,
    settings: { proxyPort: '0', rpcPort: undefined },
  });
  expect(launchFlags(['groat', `groat://approval/${id}`])).toMatchObject({ hidden: false, demo: false });
});
