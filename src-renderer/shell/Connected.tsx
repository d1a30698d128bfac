import type { QueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { browserClient, type Client, windowClient } from '../rpc/client.ts';
import { ConnectionContext } from '../rpc/connection.ts';
import { followDesk } from '../rpc/follow.ts';
import { createLiveStore } from '../rpc/live.ts';
import { endSession, readSession } from '../rpc/session.ts';
import { Loading } from '../ui/Panels.tsx';
import { SignIn } from './SignIn.tsx';

/** Holds the line to the host and hands it to everything below; without a session it shows how to get one. */
export function Connected({
  queries,
  code,
  children,
}: {
  readonly queries: QueryClient;
  readonly code: 'none' | 'signed-in' | 'refused';
  readonly children: ReactNode;
}) {
  const bridge = window.groat;
  const live = useMemo(createLiveStore, []);
  const [client, setClient] = useState<Client | null>(() => (bridge === undefined ? browserClient() : null));
  const [lines, setLines] = useState(0);
  const link = useSyncExternalStore(live.subscribe, () => live.get().link);
  const signedOut = bridge === undefined && (readSession() === null || link === 'signed-out');

  useEffect(() => {
    if (bridge === undefined) return;
    let current = true;
    const lost = (): void => {
      if (!current) return;
      live.setLink('lost');
      setLines(lines + 1);
    };
    void windowClient(bridge, lost).then((next) => {
      if (current) setClient(() => next);
    });
    return () => {
      current = false;
    };
  }, [live, lines]);

  useEffect(() => {
    if (client === null || signedOut) return;
    const ends = new AbortController();
    void followDesk(client, live, queries, ends.signal);
    return () => ends.abort();
  }, [client, live, queries, signedOut]);

  useEffect(() => {
    if (link === 'signed-out') endSession();
  }, [link]);

  const connection = useMemo(() => (client === null ? null : { client, live }), [client, live]);
  if (signedOut) return <SignIn reason={code === 'refused' ? 'old-link' : link === 'signed-out' ? 'ended' : 'none'} />;
  if (connection === null) return <Loading what="Groat" />;
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}
