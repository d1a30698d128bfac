export { attestedMessage } from '../policy/index.ts';
export { keychainProblem, type PassphrasePrompt, readSecretFile, systemKeychain } from '../wallet/index.ts';
export { type Config, homeFrom, loadConfig, type SettingSource } from './config.ts';
export { createHost, type Host, type HostOptions } from './host.ts';
export { readWhereabouts, type Whereabouts } from './instance-lock.ts';
export type { OwnerDoor } from './owner-door.ts';
export { portHolder } from './port-holder.ts';
export type { Surroundings } from './surroundings.ts';
