#!/usr/bin/env node
// Plain JavaScript that any Node can read: better-sqlite3 would crash an older one without a word.
import module from 'node:module';

const needed = 24;
const [major = 0] = process.versions.node.split('.').map(Number);

if (major < needed) {
  process.stderr.write(
    `Groat needs Node ${needed} or later and this is Node ${process.versions.node}.\n` +
      'Start it through npm (npm start, npm run groat -- …), which brings its own Node on Linux (glibc) and Windows; ' +
      `elsewhere install Node ${needed}.\n`,
  );
  process.exit(1);
}

// An offline check reads a log of any length; left to itself, Node keeps a hundred megabytes of what was read.
const frugal = '--max-semi-space-size=1';
const [group, command, file] = process.argv.slice(2);
const offline = group === 'log' && command === 'verify' && file !== undefined && !file.startsWith('-');
if (offline && process.platform !== 'win32' && !process.execArgv.includes(frugal)) {
  process.execve?.(process.execPath, [process.execPath, frugal, ...process.argv.slice(1)], process.env);
}

module.enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
