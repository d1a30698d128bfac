import type { LogSink } from '../../base/log-sink.ts';
import { Params } from './params.ts';
import { RpcError, rpcCodes } from './rpc-error.ts';

export type Method = (params: Params) => unknown;
export type Methods = ReadonlyMap<string, Method>;

/** Answers one JSON-RPC 2.0 request or a batch of them; what it returns is plain JSON. Never throws. */
export type JsonRpcHandler = (payload: unknown) => unknown;

const maxBatch = 100;

export function jsonRpcHandler(methods: Methods, currentSlot: () => number, log: LogSink): JsonRpcHandler {
  const call = (request: unknown): unknown => {
    const id = requestId(request);
    try {
      const { method, params } = parseRequest(request);
      const handle = methods.get(method);
      if (handle === undefined) throw new RpcError(rpcCodes.methodNotFound, 'Method not found');
      const parsed = new Params(params);
      const contextSlot = currentSlot();
      if (parsed.minContextSlot() > contextSlot) {
        throw new RpcError(rpcCodes.minContextSlot, 'Minimum context slot has not been reached', { contextSlot });
      }
      return { jsonrpc: '2.0', id, result: handle(parsed) };
    } catch (error) {
      if (error instanceof RpcError) return failure(id, error);
      log.error('sandbox request failed', { error });
      return failure(id, new RpcError(rpcCodes.internal, 'Internal error'));
    }
  };

  return (payload) => {
    if (!Array.isArray(payload)) return call(payload);
    if (payload.length === 0 || payload.length > maxBatch) {
      return failure(null, new RpcError(rpcCodes.invalidRequest, `A batch has 1 to ${maxBatch} requests`));
    }
    return payload.map(call);
  };
}

export function parseFailure(): unknown {
  return failure(null, new RpcError(rpcCodes.parse, 'Parse error'));
}

function failure(id: RequestId, { code, message, data }: RpcError): unknown {
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } };
}

type RequestId = string | number | null;

function requestId(request: unknown): RequestId {
  if (typeof request !== 'object' || request === null || !('id' in request)) return null;
  return typeof request.id === 'string' || typeof request.id === 'number' ? request.id : null;
}

function parseRequest(request: unknown): { readonly method: string; readonly params: readonly unknown[] } {
  if (typeof request === 'object' && request !== null && 'method' in request && typeof request.method === 'string') {
    const params = 'params' in request ? (request.params ?? []) : [];
    if (Array.isArray(params)) return { method: request.method, params };
  }
  throw new RpcError(rpcCodes.invalidRequest, 'Invalid request');
}
