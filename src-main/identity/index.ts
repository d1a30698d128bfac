export { type AgentRegistry, createAgentRegistry } from './agent-registry.ts';
export type { AgentRecord, AgentStore } from './ports.ts';
