/**
 * What a room logs through. `event` is a short constant ("order settled"); everything that varies goes into `fields`,
 * whose names decide what may be shown (see `redact.ts`). No key, token, passphrase or payment header, ever.
 */
export interface LogSink {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** For the few places that run without a host, such as a one-off command. */
export const silentLog: LogSink = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): undefined {
  return undefined;
}
