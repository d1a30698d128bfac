/**
 * `npm run bench [-- SUITE…] [-- --quick] [-- --write]`: runs the suites one after another and prints their tables;
 * `--write` puts them, with the machine and the versions, into `bench/RESULTS.md`, each under its own heading.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gateway } from './gateway/suite.ts';
import { logVerify } from './log.ts';
import { memory } from './memory.ts';
import { paid } from './paid.ts';
import { proxy } from './proxy/suite.ts';
import { reservations } from './reservations.ts';
import { screens } from './screens.ts';
import { markdown, type Suite } from './suite.ts';

const suites: readonly Suite[] = [proxy, paid, gateway, reservations, logVerify, memory, screens];
const file = join(import.meta.dirname, 'RESULTS.md');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')} (there are: ${suites.map(({ name }) => name).join(', ')})`);
  process.exit(2);
}

function machine(): string {
  const [cpu] = cpus();
  const git = (args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const dirty = git(['status', '--porcelain', '--', 'src-main', 'src-shared']) === '' ? '' : ' with changes';
  return `${new Date().toISOString().slice(0, 10)}, commit ${git(['rev-parse', '--short', 'HEAD'])}${dirty}; ${cpus().length} shared cores (${cpu?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}; Node ${process.versions.node}`;
}

for (const suite of suites) {
  if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
  console.log(`\n## ${suite.name}\n${suite.about}\n`);
  const tables = await suite.run({ quick: values.quick, say: (line) => console.error(line) });
  const text = tables.map(markdown).join('\n');
  console.log(text);
  if (values.write) writeSection(suite, text);
}
process.exit(0);

function writeSection(suite: Suite, text: string): void {
  const begin = `<!-- ${suite.name} -->`;
  const end = `<!-- /${suite.name} -->`;
  const section = `${begin}\n${suite.about}\n\n${machine()}\n\n${text}\n${end}`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Results\n';
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  const after =
    from < 0
      ? `${before.trimEnd()}\n\n## ${suite.name}\n\n${section}\n`
      : before.slice(0, from) + section + before.slice(to + end.length);
  writeFileSync(file, after);
}
