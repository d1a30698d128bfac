import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { Connected } from './Connected.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { PinPrompt } from './PinPrompt.tsx';
import { Screens } from './Screens.tsx';
import { cssVariables, theme } from './theme.ts';

const queries = new QueryClient({
  // What changes is told by the host; nothing is asked for again because a window got the focus.
  defaultOptions: {
    queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: 1 },
    mutations: { retry: false },
  },
});

export function App({ code }: { readonly code: 'none' | 'signed-in' | 'refused' }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ErrorBoundary>
        <QueryClientProvider client={queries}>
          <Connected queries={queries} code={code}>
            <PinPrompt>
              <Router hook={useHashLocation}>
                <Screens />
              </Router>
            </PinPrompt>
          </Connected>
        </QueryClientProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}
