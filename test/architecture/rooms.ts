/**
 * The rooms of the house and the arrows between them, as data. An arrow lists all that a room may import besides
 * `base`, `log` and `src-shared`, which every room of src-main may. A room that is not listed may import nothing.
 */
export interface Room {
  readonly folder: string;
  readonly mayImport: readonly string[];
}

const shared = ['src-shared/contract', 'src-shared/model', 'src-shared/errors'];
const everyRoom = ['src-main/base', 'src-main/log', ...shared];
const main = (name: string, mayImport: readonly string[] = []): Room => ({
  folder: `src-main/${name}`,
  mayImport: [...everyRoom, ...mayImport.map((room) => `src-main/${room}`)],
});

const inner = ['identity', 'policy', 'wallet', 'chain', 'payments', 'proxy', 'gateway', 'verification'];

export const rooms: readonly Room[] = [
  { folder: 'src-shared/errors', mayImport: [] },
  { folder: 'src-shared/model', mayImport: ['src-shared/errors'] },
  { folder: 'src-shared/contract', mayImport: ['src-shared/model', 'src-shared/errors'] },
  main('base'),
  main('log'),
  main('identity'),
  main('policy', ['identity']),
  main('wallet', ['policy', 'identity']),
  main('chain'),
  main('payments', ['wallet', 'chain', 'policy', 'identity']),
  main('verification', ['identity']),
  main('proxy', ['payments', 'policy', 'identity']),
  main('gateway', ['payments', 'verification', 'policy', 'identity']),
  main('store'),
  main('host', [...inner, 'store']),
  main('mcp'),
  main('cli', ['host']),
  main('app', ['host']),
  { folder: 'src-renderer', mayImport: shared },
  { folder: 'src-renderer/ui', mayImport: shared },
  { folder: 'src-renderer/rpc', mayImport: [...shared, 'src-renderer/ui'] },
  { folder: 'src-renderer/features', mayImport: [...shared, 'src-renderer/ui', 'src-renderer/rpc'] },
  {
    folder: 'src-renderer/shell',
    mayImport: [...shared, 'src-renderer/ui', 'src-renderer/rpc', 'src-renderer/features'],
  },
];

/** `store` implements the rooms' ports, and sees nothing else of them. */
export const portsOnly = { from: 'src-main/store', file: 'ports.ts' };
