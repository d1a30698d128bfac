import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { AccessLog } from '../gateway/index.ts';

/** In a file of its own: floods of requests must not push out what else was logged. */
export interface AccessLogFile extends AccessLog {
  /** Writes what is still held. */
  stop(): Promise<void>;
}

const flushMs = 250;
const maxFileBytes = 20 * 1024 * 1024;
const blockBytes = 256 * 1024;
/** More than a line can have: shops bound the path. */
const lineBytes = 8 * 1024;
/** Blocks that wait for a slow disk; lines beyond them are only counted. */
const maxBlocks = 32;
/** Printable ASCII without quote and backslash: written as it stands. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * JSON lines, mode 0600, written a few times a second; a file that is full becomes `FILE.1`. A disk that fails loses lines,
 * no more.
 */
export function createAccessLog(file: string, clock: Clock, log: LogSink): AccessLogFile {
  // Bytes and not a list of texts: what lives for a while is what collecting garbage costs.
  let block: Buffer | null = null;
  let filled = 0;
  let lost = 0;
  let waiting = 0;
  let hasFolder = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const write = async (lines: Buffer): Promise<void> => {
    if (!hasFolder) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    hasFolder = true;
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > maxFileBytes) await rename(file, `${file}.1`);
    await appendFile(file, lines, { mode: 0o600 });
  };
  const append = (line: string): void => {
    block ??= Buffer.allocUnsafe(blockBytes);
    filled += block.write(line, filled, 'latin1');
  };
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (lost > 0) append(`{"at":${clock.now()},"event":"lines lost","count":${lost}}\n`);
    lost = 0;
    if (block === null) return writing;
    const lines = block.subarray(0, filled);
    block = null;
    filled = 0;
    waiting += 1;
    writing = writing
      .then(() => write(lines))
      .catch((error) => {
        hasFolder = false;
        log.warn('the access log could not be written', { error });
      })
      .finally(() => {
        waiting -= 1;
      });
    return writing;
  };

  return {
    add(shop, method, path, status, outcome, ms) {
      timer ??= setTimeout(() => void flush(), flushMs).unref();
      if (filled > blockBytes - lineBytes) {
        if (waiting < maxBlocks) void flush();
        else {
          lost += 1;
          return;
        }
      }
      append(
        `{"at":${clock.now()},"event":"request","shop":${quoted(shop)},"method":${quoted(method)},"path":${quoted(path)},"status":${status},"outcome":"${outcome}","ms":${ms}}\n`,
      );
    },
    stop: flush,
  };
}

/** As JSON in ASCII. */
function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
