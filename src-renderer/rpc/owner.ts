import { createContext, useContext } from 'react';
import { useConnection } from './connection.ts';
import { type AskForPin, type AsOwner, ownerOver } from './owner-act.ts';

export const PinContext = createContext<AskForPin>(() => Promise.resolve(null));

export function useOwner(): AsOwner {
  const ask = useContext(PinContext);
  const { live } = useConnection();
  return ownerOver(live, ask);
}
