import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

/** How a step is left. */
export interface StepMoves {
  onNext(): void;
  /** Null in the first one. */
  readonly onBack: (() => void) | null;
  /** Nothing comes after it. */
  readonly last: boolean;
}

/** One step. Its heading takes the focus, and Enter goes on from anywhere in it. */
export function StepCard({
  title,
  about,
  yes,
  busy = false,
  ready = true,
  onYes,
  onSkip = null,
  onBack,
  children,
}: {
  readonly title: string;
  readonly about: ReactNode;
  readonly yes: string;
  readonly busy?: boolean;
  readonly ready?: boolean;
  onYes(): void;
  /** Null where there is nothing to leave out. */
  readonly onSkip?: (() => void) | null;
  readonly onBack: (() => void) | null;
  readonly children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  // A button that works is disabled, and loses the focus by it.
  useEffect(() => {
    if (!busy && document.activeElement === document.body) button.current?.focus({ preventScroll: true });
  }, [busy]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !busy) onYes();
  };
  const enter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.target === heading.current && ready && !busy) onYes();
  };
  return (
    <Card component="section" aria-label={title} padding="xl">
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <Title order={2} ref={heading} tabIndex={-1} onKeyDown={enter} style={{ outline: 'none' }}>
              {title}
            </Title>
            <Text c="dimmed" size="sm" mt={4} component="div">
              {about}
            </Text>
          </div>
          {children}
          <Group justify="space-between" gap="xs">
            {onBack === null ? <span /> : <Button onClick={onBack}>Back</Button>}
            <Group gap="xs">
              {onSkip !== null && (
                <Button variant="subtle" onClick={onSkip} disabled={busy}>
                  Skip
                </Button>
              )}
              <Button ref={button} type="submit" variant="filled" loading={busy} disabled={!ready}>
                {yes}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
