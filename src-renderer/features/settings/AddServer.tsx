import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ServerList, typedServer, whyNot } from './endpoints.ts';

export function AddServer({ list, onAdd }: { readonly list: ServerList; onAdd(url: string): void }) {
  const [text, setText] = useState('');
  const problem = text.trim() === '' ? null : whyNot(list, text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const url = typedServer(text);
    if (url === null || problem !== null) return;
    onAdd(url);
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-start">
        <TextInput
          label="Another server"
          placeholder="https://…"
          inputMode="url"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem}
          style={{ flex: '1 1 240px' }}
        />
        <Button type="submit" mt={25} disabled={text.trim() === '' || problem !== null}>
          Add to the list
        </Button>
      </Group>
    </form>
  );
}
