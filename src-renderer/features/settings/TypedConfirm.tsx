import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '../../ui/Panels.tsx';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** What has to be typed, to the letter, before there is a yes. */
  readonly phrase: string;
  readonly yes: string;
  readonly busy: boolean;
  readonly problem: { readonly what: string; readonly next: string } | null;
  onYes(): void;
  onNo(): void;
}

/** For what nobody must do by a slip of the hand. */
export function TypedConfirm({ opened, ...props }: Props & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onNo} title={props.title}>
      {opened && <TypedForm {...props} />}
    </Modal>
  );
}

function TypedForm({ children, phrase, yes, busy, problem, onYes, onNo }: Props) {
  const [typed, setTyped] = useState('');
  const fits = typed.trim() === phrase;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (fits && !busy) onYes();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text component="div" size="sm">
          {children}
        </Text>
        <TextInput
          label={`Type “${phrase}” to go on`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <ProblemNote problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onNo}>Cancel</Button>
          <Button type="submit" color="var(--bad)" variant="outline" loading={busy} disabled={!fits}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
