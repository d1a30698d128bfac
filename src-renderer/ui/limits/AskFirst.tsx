import { SimpleGrid, Switch, TextInput } from '@mantine/core';
import { EditorPart } from './EditorPart.tsx';
import type { EditorParts } from './editor-parts.ts';

/** When a person is asked before anything is paid. */
export function AskFirst({ draft, problems, edit }: EditorParts) {
  return (
    <EditorPart
      title="Asks you first"
      about="Within its limits an agent pays by itself, except here. You answer under Approvals."
    >
      <Switch
        label="About every payment"
        checked={draft.alwaysAsk}
        onChange={(event) => edit({ alwaysAsk: event.currentTarget.checked })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
        <TextInput
          label="Payments above"
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          placeholder="Never"
          value={draft.askAbove}
          onChange={(event) => edit({ askAbove: event.currentTarget.value })}
          error={problems.askAbove}
        />
        <TextInput
          label="First payment to somebody, above"
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          placeholder="Never"
          description="0 asks about everybody new"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={draft.askNewPayeeAbove}
          onChange={(event) => edit({ askNewPayeeAbove: event.currentTarget.value })}
          error={problems.askNewPayeeAbove}
        />
        <TextInput
          label="The agent waits for your answer"
          rightSection="s"
          inputMode="decimal"
          autoComplete="off"
          description="Then it is told to try again later"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={draft.holdSeconds}
          onChange={(event) => edit({ holdSeconds: event.currentTarget.value })}
          error={problems.holdSeconds}
        />
      </SimpleGrid>
    </EditorPart>
  );
}
