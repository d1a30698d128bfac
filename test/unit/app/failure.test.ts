import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCrashWatch } from '../../../src-main/app/crashed-pages.ts';
import { createLastResort } from '../../../src-main/app/failure.ts';
import { desktopEntry } from '../../../src-main/app/start-at-login.ts';
import { silentLog } from '../../../src-main/base/log-sink.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function resort(stopHost: () => Promise<void>) {
  const did: string[] = [];
  const fatal = createLastResort({
    log: silentLog,
    stopHost: async () => {
      did.push('stop');
      await stopHost();
      did.push('stopped');
    },
    darken: () => void did.push('dark'),
    tell: ({ what }) => void did.push(`tell ${what}`),
    tellInPassing: () => void did.push('in passing'),
    exit: (code) => void did.push(`exit ${code}`),
  });
  return { did, fatal };
}

test('the host is down before anybody is told, and Groat ends once however much breaks', async () => {
  const { did, fatal } = resort(async () => undefined);
  fatal(new GroatError('already-running', { home: '/h', pid: 1 }), 'it broke');
  fatal(new Error('and again'), 'it broke');
  await vi.runAllTimersAsync();
  expect(did).toEqual(['dark', 'stop', 'stopped', 'tell Groat already runs on /h (process 1).', 'exit 1']);
});

test('a host that does not stop is not waited for with a dialog: it ends with the process', async () => {
  const { did, fatal } = resort(() => new Promise(() => undefined));
  fatal(new Error('x'), 'it broke');
  await vi.advanceTimersByTimeAsync(4_999);
  expect(did).toEqual(['dark', 'stop']);
  await vi.advanceTimersByTimeAsync(1);
  expect(did).toEqual(['dark', 'stop', 'in passing', 'exit 1']);
});

test('a host that fails to stop may still have a door open, so nothing blocks the end', async () => {
  const { did, fatal } = resort(() => Promise.reject(new Error('no')));
  fatal(new Error('x'), 'it broke');
  await vi.runAllTimersAsync();
  expect(did).toEqual(['dark', 'stop', 'in passing', 'exit 1']);
});

test('a page that breaks again only after a minute is loaded again', () => {
  let now = 0;
  const did: string[] = [];
  const contents = { isDestroyed: () => false, reload: () => did.push('reload') };
  const watch = createCrashWatch({
    windowOf: () => ({ destroy: () => did.push('destroy') }) as never,
    tell: () => did.push('tell'),
    monotonic: () => now,
    log: silentLog,
  });
  const gone = (reason: string) => watch(contents as never, { reason, exitCode: 1 } as never);
  gone('clean-exit');
  expect(did).toEqual([]);
  gone('crashed');
  now = 60_001;
  gone('crashed');
  now = 61_000;
  gone('oom');
  expect(did).toEqual(['reload', 'reload', 'destroy', 'tell']);
});

test.each([
  [['/opt/Groat/groat', '--hidden'], 'Exec="/opt/Groat/groat" "--hidden"'],
  [['/home/a b/$x"\\%', '--hidden'], String.raw`Exec="/home/a b/\\$x\\"\\\\%%" "--hidden"`],
])('an autostart entry quotes %j', (command, line) => {
  expect(desktopEntry(command)).toContain(`\n${line}\n`);
});
