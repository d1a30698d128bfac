import * as electron from 'electron';
import { appPaths } from './paths.ts';
import { startShell } from './shell.ts';

process.umask(0o077);
// Not awaited: Electron is not ready before this module has run to its end.
startShell(electron, appPaths(import.meta.dirname), process);
