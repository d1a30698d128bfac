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

module.enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
