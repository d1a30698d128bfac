import { expect, test, vi } from 'vitest';

vi.mock('electron', () => import('../../support/electron-double.ts'));

test('the page gets three things and no way to name a channel; the port goes to our own origin only', async () => {
  const posted: unknown[][] = [];
  vi.stubGlobal('window', {
    location: { origin: 'app://groat' },
    postMessage: (...args: unknown[]) => posted.push(args),
  });
  const { contextBridge, ipcRenderer } = await import('../../support/electron-double.ts');
  await import('../../../src-main/app/preload.ts');
  const groat = contextBridge.exposed['groat'] as Record<string, (...args: unknown[]) => unknown>;
  expect(Object.keys(contextBridge.exposed)).toEqual(['groat']);
  expect(Object.keys(groat)).toEqual(['connect', 'copy', 'platform']);

  groat['connect']?.('other-channel', 'x');
  await groat['copy']?.('text', 'more');
  expect(ipcRenderer.sent).toEqual([['groat:connect'], ['groat:copy', 'text']]);

  const port = { port: 1 };
  ipcRenderer.emit('groat:port', { ports: [] });
  ipcRenderer.emit('groat:port', { ports: [port] }, 'more');
  expect(posted).toEqual([['groat:port', 'app://groat', [port]]]);
});
