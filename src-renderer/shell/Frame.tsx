import { AppShell, Badge, Burger, Group, Image, NavLink, ScrollArea, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useLive } from '../rpc/host.ts';
import { dollars } from '../ui/money.ts';
import { Tone } from '../ui/Tone.tsx';
import { networkWords } from '../ui/words.ts';
import { Banners } from './Banners.tsx';
import classes from './Frame.module.css';
import { PauseButton } from './PauseButton.tsx';
import { rooms } from './rooms.ts';

/** What stays while screens change: where one can go, what the wallet holds, and the one switch that stops everything. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const burger = useRef<HTMLButtonElement>(null);
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (!opened || key !== 'Escape') return;
    close();
    burger.current?.focus();
  };
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
      onKeyDown={onKeyDown}
    >
      <AppShell.Header style={{ background: 'var(--card)' }}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="xs" wrap="nowrap">
            <Burger
              ref={burger}
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close the menu' : 'Open the menu'}
            />
            <Image src="./icon.svg" alt="" w={28} h={28} />
            <Text fw={700} size="lg" visibleFrom="xs">
              Groat
            </Text>
          </Group>
          <Group gap="md" wrap="nowrap">
            <Purse />
            <PauseButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        style={{ background: 'var(--card)' }}
        className={opened ? undefined : classes['closed']}
        aria-label="Screens"
      >
        <ScrollArea p="xs">
          <Rooms onGone={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main>
        <Stack gap="md" maw={1600} mx="auto">
          <Banners />
          {children}
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}

function Purse() {
  const network = useLive(({ status }) => status?.network ?? null);
  const available = useLive(({ status }) => status?.available ?? null);
  if (network === null || available === null) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Tone tone={network === 'mainnet' ? 'warn' : 'neutral'}>{networkWords[network]}</Tone>
      <Text fw={600} style={{ whiteSpace: 'nowrap' }}>
        <VisuallyHidden>In the wallet: </VisuallyHidden>
        {dollars(available)}
      </Text>
    </Group>
  );
}

function Rooms({ onGone }: { onGone(): void }) {
  const [path] = useLocation();
  const waiting = useLive(({ status }) => status?.waiting ?? 0);
  const unknown = useLive(({ status }) => status?.unknown ?? 0);
  const counts: { readonly [path: string]: { readonly count: number; readonly means: string } } = {
    '/approvals': { count: waiting, means: 'waiting for you' },
    '/payments': { count: unknown, means: 'not known yet' },
  };
  return rooms.map(({ path: to, name, Icon }) => {
    const { count = 0, means = '' } = counts[to] ?? {};
    return (
      <NavLink
        key={to}
        component={Link}
        href={to}
        onClick={onGone}
        active={to === '/' ? path === '/' : path.startsWith(to)}
        label={name}
        leftSection={<Icon size={18} stroke={1.7} />}
        rightSection={
          count > 0 && (
            <Badge
              size="sm"
              circle={count < 10}
              color="var(--bad)"
              autoContrast={false}
              styles={{ root: { color: 'var(--card)' } }}
            >
              {count}
              <VisuallyHidden> {means}</VisuallyHidden>
            </Badge>
          )
        }
        style={{ borderRadius: 8 }}
        styles={{ label: { fontWeight: 500 } }}
      />
    );
  });
}
