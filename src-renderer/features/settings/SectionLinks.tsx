import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

const sections = {
  network: 'Network',
  endpoints: 'Solana servers',
  wallet: 'Wallet',
  limits: 'Limits',
  pin: 'PIN',
  presence: 'Notifications',
  appearance: 'Appearance',
  ports: 'Ports',
  protection: 'Protection',
  about: 'About',
} as const;
type SectionName = keyof typeof sections;

const idOf = (name: SectionName): string => `settings-${name}`;

/** The address of the page is taken by its route, so these move the page by themselves, the focus with it. */
export function SectionLinks() {
  const go = (name: SectionName): void => {
    const place = document.getElementById(idOf(name));
    place?.scrollIntoView({ block: 'start' });
    place?.focus({ preventScroll: true });
  };
  return (
    <Group component="nav" gap={6} aria-label="Sections of this page">
      {(Object.keys(sections) as SectionName[]).map((name) => (
        <Button key={name} size="compact-sm" radius="xl" onClick={() => go(name)}>
          {sections[name]}
        </Button>
      ))}
    </Group>
  );
}

export function Anchored({ to, children }: { readonly to: SectionName; readonly children: ReactNode }) {
  return (
    <div id={idOf(to)} tabIndex={-1} style={{ scrollMarginTop: 76, outline: 'none' }}>
      {children}
    </div>
  );
}
