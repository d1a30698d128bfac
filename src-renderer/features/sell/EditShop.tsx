import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { ShopFields } from './ShopFields.tsx';
import { draftOf, wishOf } from './shop-draft.ts';
import { useOpenShop } from './use-open-shop.ts';

/** Changes a shop; its name, its sales and what buyers have bought ahead stay. */
export function EditShop({
  shop,
  opened,
  onClose,
}: {
  readonly shop: ShopDetail;
  readonly opened: boolean;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Change ${shop.name}`} size="xl" closeOnClickOutside={false}>
      {opened && <Form shop={shop} onClose={onClose} />}
    </Modal>
  );
}

function Form({ shop, onClose }: { readonly shop: ShopDetail; onClose(): void }) {
  const [draft, setDraft] = useState(() => draftOf(shop));
  const save = useOpenShop(onClose);
  const wish = wishOf(draft);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wish !== null) save.run(wish);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ShopFields draft={draft} onChange={setDraft} naming={null} />
        {shop.state !== 'open' && (
          <Text size="sm" c="dimmed">
            Saving opens the shop.
          </Text>
        )}
        <ProblemNote problem={save.problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={save.busy} disabled={wish === null}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
