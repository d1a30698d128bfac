import { ORPCError } from '@orpc/server';
import type { StandardHandleResult, StandardHandlerInterceptorOptions } from '@orpc/server/standard';
import { asGroatError } from '../../src-shared/errors/index.ts';
import { ownerPinHeader } from '../base/control-socket.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { CallContext } from './call.ts';
import type { OwnerDoor } from './owner-door.ts';

type Call = StandardHandlerInterceptorOptions<CallContext> & {
  next(call?: StandardHandlerInterceptorOptions<CallContext>): Promise<StandardHandleResult>;
};

/**
 * What every door puts before its procedures: a call that carries the PIN is the owner's, whatever the caller was before. A call
 * with a PIN that is not right is answered with why, and its body is not even read.
 */
export function ownerProof(ownerDoor: OwnerDoor, log: LogSink) {
  return async (call: Call): Promise<StandardHandleResult> => {
    const pin = call.request.headers[ownerPinHeader];
    if (pin === undefined) return call.next();
    try {
      await ownerDoor(Buffer.from(String(pin), 'base64url'));
    } catch (error) {
      const { code, message, what, next } = asGroatError(error);
      if (code === 'internal') log.error('the owner could not be proven', { error });
      else log.warn('not the owner', { code });
      throw new ORPCError('GROAT', { defined: true, status: 403, message, data: { code, what, next } });
    }
    return call.next({ ...call, context: { ...call.context, rank: 'owner', pinProven: true } });
  };
}
