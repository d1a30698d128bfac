import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import log from 'electron-log/node.js';
import type { LogFields, LogSink } from './log-sink.ts';
import { redact } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const maxFileBytes = 5 * 1024 * 1024;

/**
 * electron-log's Node flavour: JSON lines to a rotating file (mode 0600), one short line to stderr. Both get what
 * `redact` lets through and nothing else.
 */
export function createFileLog(options: {
  readonly file: string;
  readonly level: LogLevel;
  readonly stderr: LogLevel | false;
}): LogSink {
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const logger = log.create({ logId: options.file });
  logger.transports.file.resolvePathFn = () => options.file;
  logger.transports.file.maxSize = maxFileBytes;
  logger.transports.file.writeOptions = { mode: 0o600, flag: 'a', encoding: 'utf8' };
  logger.transports.file.level = options.level;
  logger.transports.file.format = ({ message }) => [
    JSON.stringify({ at: message.date.toISOString(), level: message.level, ...toLine(message.data) }),
  ];
  logger.transports.console.level = false;
  if (options.stderr !== false) {
    const threshold = severity[options.stderr];
    logger.hooks.push((message) => {
      if (severity[message.level === 'verbose' || message.level === 'silly' ? 'debug' : message.level] >= threshold) {
        process.stderr.write(`${message.level.padEnd(5)} ${shortLine(toLine(message.data))}\n`);
      }
      return message;
    });
  }
  const write =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      logger[level](event, redact(fields));
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

const severity: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

function toLine([event, fields]: readonly unknown[]): { event: string } & Record<string, unknown> {
  return { event: String(event), ...(typeof fields === 'object' && fields !== null ? fields : {}) };
}

function shortLine({ event, ...fields }: { event: string } & Record<string, unknown>): string {
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${short(value)}`);
  return [event, ...shown].join('  ');
}

function short(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return JSON.stringify(value.message);
  return typeof value === 'string' && /^[^\s"]{1,120}$/.test(value) ? value : JSON.stringify(value);
}
