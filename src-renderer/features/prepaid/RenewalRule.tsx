import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { CreditView, Renewal } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { shortUrl } from '../../ui/words.ts';
import { renewalText, typedRenewal } from './renewal-text.ts';

/** Whether a package is bought again by itself. Nothing is, unless the owner says so here. */
export function RenewalRule({ credit }: { readonly credit: CreditView }) {
  const [editing, setEditing] = useState(false);
  const { renewal, origin } = credit;
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {renewal === null
            ? 'Never bought again by itself.'
            : `Bought again when fewer than ${renewal.below.toLocaleString()} calls are left, for at most ${dollars(renewal.upTo)}.`}
        </Text>
        <Button
          size="xs"
          onClick={() => setEditing(true)}
          aria-label={`${renewal === null ? 'Buy again by itself' : 'Change the rule'} at ${shortUrl(origin)}`}
        >
          {renewal === null ? 'Buy again by itself …' : 'Change the rule'}
        </Button>
      </Group>
      <Modal opened={editing} onClose={() => setEditing(false)} title="Buy it again by itself">
        {editing && <Edit credit={credit} onClose={() => setEditing(false)} />}
      </Modal>
    </>
  );
}

function Edit({ credit, onClose }: { readonly credit: CreditView; onClose(): void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(() => renewalText(credit.renewal, credit));
  const { renewal, problems } = typedRenewal(text, credit);
  const save = useAct(
    (rule: Renewal | null, client, asOwner) =>
      asOwner(
        rule === null
          ? { does: 'stop buying credit by itself', to: credit.origin }
          : { does: `buy credit by itself for at most ${dollars(rule.upTo)} each time`, to: credit.origin },
        (context) => client.prepaid.renew({ id: credit.id, renewal: rule }, { context }),
      ),
    () => {
      void queries.invalidateQueries({ queryKey: ['prepaid'] });
      onClose();
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (renewal !== null) save.run(renewal);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed" component="div">
          The package “<Inert text={credit.name} most={40} />” of <Inert text={shortUrl(credit.origin)} most={50} />, by{' '}
          {credit.agent} and within its limits. Each time at most one.
        </Text>
        <TextInput
          label="When fewer calls are left than"
          inputMode="numeric"
          autoComplete="off"
          value={text.below}
          onChange={(event) => setText({ ...text, below: event.currentTarget.value })}
          error={problems.below}
          data-autofocus
        />
        <TextInput
          label="For at most"
          description="If the seller wants more, nothing is bought"
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          value={text.upTo}
          onChange={(event) => setText({ ...text, upTo: event.currentTarget.value })}
          error={problems.upTo}
        />
        <ProblemNote problem={save.problem} />
        <Group justify="flex-end" gap="xs">
          {credit.renewal !== null && (
            <Button mr="auto" loading={save.busy} onClick={() => save.run(null)}>
              Never by itself
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={save.busy} disabled={renewal === null}>
            Save the rule
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
