import { createContext, useContext } from 'react';
import type { Client } from './client.ts';
import type { LiveStore } from './live.ts';

/** The line to the host, and what came over it. */
export interface Connection {
  readonly client: Client;
  readonly live: LiveStore;
}

export const ConnectionContext = createContext<Connection | null>(null);

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('there is no connection above this component');
  return connection;
}
