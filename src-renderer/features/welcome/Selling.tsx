import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { serverWords, shortUrl } from '../../ui/words.ts';
import { StepCard, type StepMoves } from './StepCard.tsx';

/** Selling has a screen of its own; here stands what it will ask, and what Groat has found that could be sold. */
export function Selling({ onNext, onBack, onLeave }: StepMoves & { onLeave(route: string): void }) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['local-servers', []],
    queryFn: () => client.shops.detect({ ports: [] }),
  });
  const found = (data ?? []).filter(({ soldBy }) => soldBy === null);
  return (
    <StepCard
      title="Put a price on your API"
      about="Groat stands in front of it and lets through whoever has paid. You need two things:"
      yes="Open the Sell screen"
      onYes={() => onLeave('/sell')}
      onSkip={onNext}
      onBack={onBack}
    >
      <Stack gap="md">
        <List size="sm" spacing={6}>
          <List.Item>where your API runs, such as http://127.0.0.1:11434</List.Item>
          <List.Item>what one request costs, such as $0.01</List.Item>
        </List>
        {found.length > 0 && (
          <div>
            <Text size="sm" fw={500} mb={4}>
              Found on this machine, one click away from being sold:
            </Text>
            <List size="sm" spacing={6}>
              {found.map(({ url, kind, detail }) => (
                <List.Item key={url}>
                  {serverWords[kind]} at <Inert text={shortUrl(url)} />
                  {detail !== null && detail !== '' && (
                    <>
                      {' '}
                      (<Inert text={detail} most={60} />)
                    </>
                  )}
                </List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </StepCard>
  );
}
