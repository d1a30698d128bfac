import type { LookupAddress } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from '../target.ts';
import type { TargetGuard } from '../target-guard.ts';
import type { Inlet } from './inlet.ts';

export interface DialFailure {
  readonly kind: 'forbidden' | 'timeout' | 'failed';
  readonly why: string;
}

export type Dialled = { readonly kind: 'connected'; readonly socket: Socket } | DialFailure;

export interface DialOptions {
  readonly guard: TargetGuard;
  /** For the name, the connection and the TLS handshake together. */
  readonly timeoutMs: number;
  /** Where a plain connection's bytes go; without it, and over TLS, they come as `data` events. */
  readonly inlet?: Inlet;
  /** For a tunnel, whose two directions end each on its own. */
  readonly allowHalfOpen?: boolean;
}

/** A new connection to an address that the guard has seen; over TLS, verified, where the target is secure. */
export function dial(target: Target, options: DialOptions): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    let socket: Socket | null = null;
    let open = true;
    const finish = (dialled: Dialled): void => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      if (dialled.kind !== 'connected') socket?.destroy();
      resolve(dialled);
    };
    const timer = setTimeout(
      () => finish({ kind: 'timeout', why: `it did not accept a connection within ${options.timeoutMs / 1000} s` }),
      options.timeoutMs,
    );
    options.guard.resolve(target.hostname, target.port).then((resolved) => {
      if (resolved.kind === 'forbidden') finish({ kind: 'forbidden', why: resolved.why });
      else if (resolved.kind === 'unresolved') finish({ kind: 'failed', why: resolved.why });
      else if (open) {
        const dialling = connect(target, resolved.addresses, options);
        socket = dialling;
        const failed = (error: Error): void => finish({ kind: 'failed', why: connectProblem(error) });
        dialling.on('error', failed);
        dialling.once(target.secure ? 'secureConnect' : 'connect', () => {
          dialling.off('error', failed);
          finish({ kind: 'connected', socket: dialling });
        });
      }
    }, reject);
  });
}

function connect(target: Target, addresses: readonly LookupAddress[], options: DialOptions): Socket {
  // The addresses are the ones that were checked; an IP literal never asks.
  const lookup: LookupFunction = (_hostname, lookupOptions, callback) => {
    const [first] = addresses;
    if (lookupOptions.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
  const { inlet, allowHalfOpen = false } = options;
  const where = { host: target.hostname, port: target.port, lookup, allowHalfOpen, noDelay: true };
  if (!target.secure) return connectTcp(inlet === undefined ? where : { ...where, onread: inlet.onread });
  const servername = isIP(target.hostname) === 0 ? target.hostname : '';
  return connectTls({ ...where, servername, ALPNProtocols: ['http/1.1'] });
}

function connectProblem(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === 'ECONNREFUSED') return 'it refused the connection';
  if (code !== null && /^ERR_TLS|CERT|VERIFY/.test(code)) {
    return `its TLS certificate was not accepted (${code})`;
  }
  return `the connection failed (${code ?? error.message})`;
}
