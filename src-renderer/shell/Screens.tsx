import { Center, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useClient, useLive } from '../rpc/host.ts';
import { Loading } from '../ui/Panels.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Frame } from './Frame.tsx';
import { Resume } from './Resume.tsx';
import { screens } from './rooms.ts';

/** Which screen a path shows. The approval window has no frame, and the first run shows the wizard before anything else. */
export function Screens() {
  const [path] = useLocation();
  if (path === '/prompt')
    return (
      <Drawn path={path}>
        <screens.PromptWindow />
      </Drawn>
    );
  return <Framed path={path} />;
}

function Framed({ path }: { readonly path: string }) {
  const client = useClient();
  const { data: preferences } = useQuery({ queryKey: ['preferences'], queryFn: () => client.preferences.show() });
  if (preferences?.welcomed === false && path === '/') return <Redirect to="/welcome" replace />;
  return (
    <Frame>
      <Drawn path={path}>
        <Switch>
          <Route path="/">
            <screens.Overview />
          </Route>
          <Route path="/welcome">
            <screens.Welcome />
          </Route>
          <Route path="/resume">
            <Resume />
          </Route>
          <Route path="/approvals/:id?">{({ id }) => <screens.Approvals id={id ?? null} />}</Route>
          <Route path="/agents">
            <screens.Agents />
          </Route>
          <Route path="/agents/:name">{({ name }) => <screens.Agent name={name} key={name} />}</Route>
          <Route path="/payments">
            <screens.Payments />
          </Route>
          <Route path="/payments/:id">{({ id }) => <screens.Payment id={id} key={id} />}</Route>
          <Route path="/prepaid">
            <screens.Prepaid />
          </Route>
          <Route path="/sell">
            <screens.Sell />
          </Route>
          <Route path="/sell/:name">{({ name }) => <screens.Shop name={name} key={name} />}</Route>
          <Route path="/verification">
            <screens.Verification />
          </Route>
          <Route path="/log">
            <screens.Log />
          </Route>
          <Route path="/settings">
            <screens.Settings />
          </Route>
          <Route>
            <Center py="xl">
              <Text>
                There is no such screen. <Link href="/">Back to the overview</Link>
              </Text>
            </Center>
          </Route>
        </Switch>
      </Drawn>
    </Frame>
  );
}

/** Drawn anew for another path, and for another network: nothing of the one may stand under the name of the other. */
function Drawn({ path, children }: { readonly path: string; readonly children: ReactNode }) {
  const network = useLive(({ status }) => status?.network ?? null);
  return (
    <ErrorBoundary key={`${network} ${path}`}>
      <Suspense fallback={<Loading what="this screen" />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
