import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import { facilitatorWish } from './facilitator-wish.ts';

interface Made {
  readonly url: string;
  readonly token: string;
}

/** Switches the facilitator on. Its token is shown once, so only the window's own button closes it then. */
export function EnableFacilitator({ opened, onClose }: { readonly opened: boolean; onClose(): void }) {
  const queries = useQueryClient();
  const [made, setMade] = useState<Made | null>(null);
  const close = (): void => {
    setMade(null);
    onClose();
    void queries.invalidateQueries({ queryKey: ['facilitator'] });
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made === null ? 'Settle payments for other sellers' : 'It is on'}
      size="lg"
      closeOnClickOutside={made === null}
      closeOnEscape={made === null}
      withCloseButton={made === null}
    >
      {opened && (made === null ? <Ask onMade={setMade} onClose={close} /> : <Token {...made} onClose={close} />)}
    </Modal>
  );
}

function Ask({ onMade, onClose }: { onMade(made: Made): void; onClose(): void }) {
  const [text, setText] = useState({ solPerDay: '0.01', perMinute: '120', port: '' });
  const { wish, problems } = facilitatorWish(text);
  const enable = useUnkeptAct<null, Made>(
    (_, client, asOwner) =>
      asOwner('settle payments for other sellers, at your cost', (context) =>
        client.facilitator.enable(wish ?? {}, { context }),
      ),
    onMade,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wish !== null) enable.run(null);
  };
  const field = (name: keyof typeof text, label: string, description: string, placeholder?: string) => (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      inputMode="decimal"
      autoComplete="off"
      value={text[name]}
      onChange={(event) => setText({ ...text, [name]: event.currentTarget.value })}
      error={problems[name]}
    />
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {field('solPerDay', 'SOL for fees a day, at most', 'When it is used up, nothing is settled until the next day')}
        {field('perMinute', 'Requests a minute, at most', 'By everybody together')}
        {field('port', 'Port', 'Empty is any free one', 'any')}
        <ProblemNote problem={enable.problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={enable.busy} disabled={wish === null}>
            Switch it on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Token({ url, token, onClose }: Made & { onClose(): void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">The address, for the other seller’s settings:</Text>
      <CopyLine text={url} label="the facilitator’s address" />
      <Note tone="warn" title="Copy the token now">
        It is shown this once. Whoever has it can have payments settled at your cost: give it only to sellers you trust.
      </Note>
      <CopyLine text={token} label="the token" />
      <Group justify="flex-end">
        <Button variant="filled" onClick={onClose}>
          I have copied it
        </Button>
      </Group>
    </Stack>
  );
}
