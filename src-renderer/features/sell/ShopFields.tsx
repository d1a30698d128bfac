import { Button, Collapse, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { MoreFields } from './MoreFields.tsx';
import { draftProblems, type ShopDraft } from './shop-draft.ts';

/** A shop's fields: what every shop needs, and the rest behind a button. */
export function ShopFields({
  draft,
  onChange,
  naming,
}: {
  readonly draft: ShopDraft;
  onChange(draft: ShopDraft): void;
  /** Null where the name stands; else what is wrong with it beside its spelling. */
  readonly naming: { readonly proposed: string; readonly problem: string | null } | null;
}) {
  const [more, { toggle }] = useDisclosure(false);
  const problems = draftProblems(draft);
  const set = (change: Partial<ShopDraft>): void => onChange({ ...draft, ...change });
  return (
    <Stack gap="md">
      <Group align="flex-start" gap="sm">
        <TextInput
          label="The API"
          placeholder="http://127.0.0.1:11434"
          inputMode="url"
          autoComplete="off"
          value={draft.target}
          onChange={(event) => set({ target: event.currentTarget.value })}
          error={problems.target}
          style={{ flex: '2 1 240px' }}
        />
        <TextInput
          label="Price of one request"
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          value={draft.price}
          onChange={(event) => set({ price: event.currentTarget.value })}
          error={problems.price}
          style={{ flex: '1 1 130px' }}
        />
        {naming !== null && (
          <TextInput
            label="Name"
            placeholder={naming.proposed}
            autoComplete="off"
            value={draft.name}
            maxLength={40}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={problems.name ?? naming.problem}
            style={{ flex: '1 1 140px' }}
          />
        )}
      </Group>
      <Group>
        <Button
          size="xs"
          onClick={toggle}
          aria-expanded={more}
          rightSection={more ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        >
          More
        </Button>
      </Group>
      <Collapse expanded={more}>
        <MoreFields draft={draft} set={set} problems={problems} />
      </Collapse>
    </Stack>
  );
}
