import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../../src-shared/errors/index.ts';
import { freeChunk } from '../base/http/free-chunk.ts';
import { answerProblem } from '../base/http/problem-answer.ts';
import type { Fields } from '../base/http/relay.ts';
import type { TargetGuard } from '../base/http/target-guard.ts';
import { dial } from '../base/http/upstream/dial.ts';
import { credentialWanted, problems } from './answer.ts';
import type { AgentDirectory } from './ports.ts';
import { readRequestHead } from './request-head.ts';
import type { TargetReader } from './target.ts';

export interface TunnelParts {
  readonly agents: AgentDirectory;
  readonly targets: TargetReader;
  readonly guard: TargetGuard;
  readonly connectTimeoutMs: number;
}

/** A CONNECT: bytes both ways, unseen, each direction ended on its own. `early` are bytes that came with the request. */
export async function openTunnel(
  parts: TunnelParts,
  request: IncomingMessage,
  agentSide: Socket,
  early: Buffer,
): Promise<void> {
  // From here on Node's server no longer looks after the socket.
  agentSide.on('error', () => agentSide.destroy());
  agentSide.setTimeout(0);
  const credential = readRequestHead(request.rawHeaders)?.credential ?? null;
  if (credential === null || parts.agents.byProxyCredential(credential) === null) {
    refuse(request, agentSide, problems.credentialMissing(), credentialWanted);
    return;
  }
  const target = parts.targets.authority(request.url ?? '');
  if (target === null) {
    refuse(request, agentSide, problems.requestMalformed('CONNECT wants host:port.'));
    return;
  }
  const dialled = await dial(target, { guard: parts.guard, timeoutMs: parts.connectTimeoutMs, allowHalfOpen: true });
  if (dialled.kind === 'connected') join(agentSide, dialled.socket, early);
  else if (dialled.kind === 'forbidden') refuse(request, agentSide, problems.targetForbidden(dialled.why));
  else if (dialled.kind === 'timeout') refuse(request, agentSide, problems.upstreamSlow(target.host, dialled.why));
  else refuse(request, agentSide, problems.upstreamFailed(target.host, dialled.why));
}

function join(agentSide: Socket, originSide: Socket, early: Buffer): void {
  originSide.on('error', () => originSide.destroy());
  originSide.on('close', () => agentSide.destroy());
  agentSide.on('close', () => originSide.destroy());
  if (agentSide.destroyed) {
    originSide.destroy();
    return;
  }
  agentSide.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (early.length > 0) originSide.write(early);
  pour(agentSide, originSide);
  pour(originSide, agentSide);
}

/** Like `pipe`, but gives each chunk's memory back as soon as it has left. */
function pour(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk, () => freeChunk(chunk))) from.pause();
  });
  from.on('end', () => to.end());
  to.on('drain', () => from.resume());
}

function refuse(request: IncomingMessage, agentSide: Socket, body: Problem, extra: Fields = []): void {
  if (agentSide.destroyed) return;
  const response = new ServerResponse(request);
  response.assignSocket(agentSide);
  response.shouldKeepAlive = false;
  response.on('finish', () => agentSide.end());
  answerProblem(response, body, extra);
}
