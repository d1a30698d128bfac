import { GroatError } from '../errors/index.ts';

declare const agentName: unique symbol;
/** What an agent is called here; also the user name of its proxy credential, so URL-safe. */
export type AgentName = string & { readonly [agentName]: true };

const agentPattern = /^[a-z0-9][a-z0-9._-]{0,39}$/;

export function isAgentName(text: string): text is AgentName {
  return agentPattern.test(text);
}

export function toAgentName(text: string): AgentName {
  if (!isAgentName(text)) throw new GroatError('agent-name', { agent: text });
  return text;
}
