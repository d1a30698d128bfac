/** Solana's JSON-RPC error codes, as validators use them. */
export const rpcCodes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  preflightFailure: -32002,
  signatureFailure: -32003,
  unsupportedVersion: -32015,
  minContextSlot: -32016,
} as const;

/** What a JSON-RPC caller is told; thrown by method handlers, answered by the dispatcher. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export function invalidParams(problem: string): RpcError {
  return new RpcError(rpcCodes.invalidParams, `Invalid params: ${problem}.`);
}
