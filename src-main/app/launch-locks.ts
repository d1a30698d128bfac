import type { CommandLine } from 'electron';

/**
 * Chromium's switches that let whoever started Groat into its pages, run another program in the place of one of its
 * processes, or take a lock away. The app's own window is the owner on play money, so the way into it is the way to the owner.
 */
export const refusedSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-debugging-io-pipes',
  'remote-debugging-socket-name',
  'remote-debugging-targets',
  'remote-allow-origins',
  'browser-subprocess-path',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'zygote-cmd-prefix',
  'ppapi-plugin-launcher',
  'js-flags',
  'no-sandbox',
  'no-zygote-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'single-process',
  'disable-web-security',
  'load-extension',
] as const;

/** The first of them that Groat was started with; null when there is none. */
export function refusedSwitch(commandLine: Pick<CommandLine, 'hasSwitch'>): string | null {
  return refusedSwitches.find((name) => commandLine.hasSwitch(name)) ?? null;
}
