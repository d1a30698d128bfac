import { Badge, type BadgeProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { type ToneName, toneInk } from './tone.ts';

export function Tone({
  tone,
  children,
  ...rest
}: BadgeProps & { readonly tone: ToneName; readonly children: ReactNode }) {
  return (
    <Badge
      variant="light"
      radius="sm"
      styles={{
        root: {
          background: `var(--${tone}-soft)`,
          color: toneInk(tone),
          textTransform: 'none',
          fontWeight: 600,
          flex: 'none',
          maxWidth: 'none',
        },
      }}
      {...rest}
    >
      {children}
    </Badge>
  );
}
