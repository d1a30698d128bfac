import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { ShopFields } from './ShopFields.tsx';
import { emptyDraft, freeName, nameFor, typedTarget, wishOf } from './shop-draft.ts';
import { useOpenShop } from './use-open-shop.ts';

/** Opens a shop in front of any server. What was typed stays until it worked. */
export function OpenShop({ shops }: { readonly shops: readonly ShopView[] }) {
  const [draft, setDraft] = useState(emptyDraft);
  const open = useOpenShop(() => setDraft(emptyDraft));
  const target = typedTarget(draft.target);
  const proposed = target === null ? 'What you call it' : freeName(nameFor(target), shops);
  const name = draft.name.trim();
  // Opening a shop of a name that is there would change that shop.
  const taken = shops.some((shop) => shop.name.toLowerCase() === name.toLowerCase());
  const wish = taken ? null : wishOf({ ...draft, name: name === '' ? proposed : name });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wish !== null) open.run(wish);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ShopFields
          draft={draft}
          onChange={setDraft}
          naming={{ proposed, problem: taken ? 'There is a shop of this name' : null }}
        />
        <ProblemNote problem={open.problem} />
        <Group>
          <Button type="submit" variant="filled" loading={open.busy} disabled={wish === null}>
            Open the shop
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
