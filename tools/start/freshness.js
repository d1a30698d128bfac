import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether what was built is missing, or older than anything it is built from.
 * @param {string} root
 * @param {string} built a file that every build writes
 * @param {readonly string[]} sources files and folders
 */
export function isStale(root, built, sources) {
  const made = statSync(join(root, built), { throwIfNoEntry: false })?.mtimeMs;
  return made === undefined || sources.some((source) => newest(join(root, source)) > made);
}

/**
 * @param {string} path
 * @returns {number} when it, or the newest thing in it, was changed last; 0 where there is none
 */
function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), found.mtimeMs);
}
