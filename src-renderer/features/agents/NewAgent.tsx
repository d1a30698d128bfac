import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatDecimal, isAgentName, networks } from '../../../src-shared/model/index.ts';
import { useLive } from '../../rpc/host.ts';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { CommonSums } from '../../ui/limits/CommonSums.tsx';
import { typedCap } from '../../ui/limits/typed-values.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { Credential } from './Credential.tsx';

interface Made {
  readonly agent: string;
  readonly proxyUrl: string;
}

/** Adds an agent, or hands a part of another one's limits on to a new one. Its credential is shown once. */
export function NewAgent({
  opened,
  from = null,
  onClose,
}: {
  readonly opened: boolean;
  /** Who hands a part on. */
  readonly from?: string | null;
  onClose(): void;
}) {
  const [made, setMade] = useState<Made | null>(null);
  const title = from === null ? 'Add an agent' : `Hand a part of ${from} on`;
  const close = (): void => {
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made === null ? title : `${made.agent} can pay now`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      // What is shown once must not be gone by a slip.
      closeOnClickOutside={made === null}
      closeOnEscape={made === null}
    >
      {made === null ? (
        <NewAgentForm from={from} onMade={setMade} onClose={close} />
      ) : (
        <Stack>
          <Credential {...made} />
          <Group justify="flex-end">
            <Button variant="filled" onClick={close}>
              I have copied it
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function NewAgentForm({
  from,
  onMade,
  onClose,
}: {
  readonly from: string | null;
  onMade(made: Made): void;
  onClose(): void;
}) {
  const network = useLive(({ status }) => status?.network ?? 'sandbox');
  const { perPayment: most, perDay: mostADay } = networks[network].defaultLimits;
  const [name, setName] = useState('');
  const [sums, setSums] = useState(() =>
    from === null
      ? { perPayment: formatDecimal(most, 6), perDay: formatDecimal(mostADay, 6) }
      : { perPayment: '', perDay: '' },
  );
  const { perPayment, perDay } = sums;
  const [tried, setTried] = useState(false);
  const [payment, day] = [typedCap(perPayment), typedCap(perDay)];
  const named = isAgentName(name);

  const make = useUnkeptAct<null, Made>(async (_, client, asOwner) => {
    const limits = {
      ...(payment.ok && perPayment.trim() !== '' ? { perPayment: payment.value } : {}),
      ...(day.ok && perDay.trim() !== '' ? { perDay: day.value } : {}),
    };
    if (from === null)
      return asOwner(`add ${name}`, (context) => client.agents.add({ agent: name, ...limits }, { context }));
    const { proxyUrl } = await asOwner(`hand a part of ${from} on to ${name}`, (context) =>
      client.agents.delegate({ from, agent: name, ...limits }, { context }),
    );
    return { agent: name, proxyUrl };
  }, onMade);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (named && payment.ok && day.ok) make.run(null);
  };
  const empty = from === null ? 'As usual' : `As ${from}`;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="Small letters, digits, dots and dashes; you see it wherever it spends"
          placeholder={from === null ? 'research' : `${from}-helper`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.toLowerCase())}
          error={tried && !named ? 'A name such as research or build-bot' : null}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <CommonSums text={sums} empty={empty} onChange={setSums} />
        <Text size="sm" c="dimmed">
          {from === null
            ? 'A new agent brings no new money: the limits of all agents together stay as they are.'
            : `What it spends counts against ${from} as well, and it stops when ${from} is stopped.`}
        </Text>
        <ProblemNote problem={make.problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={make.busy}>
            {from === null ? 'Add it' : 'Hand it on'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
