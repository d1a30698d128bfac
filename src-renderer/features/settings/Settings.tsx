import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { inApp } from '../../rpc/client.ts';
import { useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, Note, Page, ProblemNote } from '../../ui/Panels.tsx';
import { About } from './About.tsx';
import { Appearance } from './Appearance.tsx';
import { DeskLimits } from './DeskLimits.tsx';
import { Endpoints } from './Endpoints.tsx';
import { NetworkChoice } from './NetworkChoice.tsx';
import { Pin } from './Pin.tsx';
import { Ports } from './Ports.tsx';
import { Presence } from './Presence.tsx';
import { Protection } from './Protection.tsx';
import { Restarting } from './Restarting.tsx';
import { afterLink, type Restart, restartOf } from './restart.ts';
import { Anchored, SectionLinks } from './SectionLinks.tsx';
import { RestartContext } from './settings-change.ts';
import { Wallet } from './Wallet.tsx';

/** Everything that is set once and then left alone. */
export function Settings() {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['settings', 'view'],
    queryFn: () => client.settings.show(),
  });
  const [restart, setRestart] = useRestart();
  if (error !== null && data === undefined)
    return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (data === undefined) return <Loading what="the settings" />;
  return (
    <RestartContext value={(change) => setRestart(restartOf(change, inApp() ? null : Number(location.port || 80)))}>
      <Page title="Settings" about="For this Groat, on this machine.">
        {data.problem !== null && (
          <Note tone="bad" title="The last change did not work">
            {data.problem}
          </Note>
        )}
        <SectionLinks />
        <Anchored to="network">
          <NetworkChoice settings={data} />
        </Anchored>
        <Anchored to="endpoints">
          <Endpoints settings={data} key={data.rpcUrls.join(' ')} />
        </Anchored>
        <Anchored to="wallet">
          <Wallet />
        </Anchored>
        <Anchored to="limits">
          <DeskLimits />
        </Anchored>
        <Anchored to="pin">
          <Pin />
        </Anchored>
        <Anchored to="presence">
          <Presence shell={data.shell} />
        </Anchored>
        <Anchored to="appearance">
          <Appearance />
        </Anchored>
        <Anchored to="ports">
          <Ports settings={data} key={[data.proxyPort, data.uiPort, data.rpcPort].join(' ')} />
        </Anchored>
        <Anchored to="protection">
          <Protection />
        </Anchored>
        <Anchored to="about">
          <About settings={data} />
        </Anchored>
      </Page>
      <Restarting restart={restart} onClose={() => setRestart({ kind: 'none' })} />
    </RestartContext>
  );
}

/** Follows the line to Groat; once it is back, everything that was read before is old. */
function useRestart(): [Restart, (restart: Restart) => void] {
  const queries = useQueryClient();
  const link = useLive((live) => live.link);
  const [restart, setRestart] = useState<Restart>({ kind: 'none' });
  useEffect(() => {
    const next = afterLink(restart, link);
    if (next === restart) return;
    setRestart(next);
    if (next.kind === 'back') void queries.invalidateQueries();
  }, [restart, link, queries]);
  return [restart, setRestart];
}
