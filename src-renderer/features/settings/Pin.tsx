import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { NewPin } from '../../ui/NewPin.tsx';
import { isPinReady, noPin } from '../../ui/new-pin.ts';
import { useNow } from '../../ui/now.ts';
import { Loading, Note, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { exactTime } from '../../ui/When.tsx';

/** What makes the owner the owner. */
export function Pin() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ['rules', 'owner'], queryFn: () => client.owner.state() });
  return (
    <Section
      title="Your PIN"
      aside={
        data !== undefined && <Tone tone={data.hasPin ? 'good' : 'warn'}>{data.hasPin ? 'Set' : 'Not set yet'}</Tone>
      }
    >
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the PIN’s state" />}
      {data !== undefined && (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            It is asked for whenever money gets easier to spend: to say yes to a payment, raise a limit, resume, or take
            something out. Agents do not know it, so they cannot say yes to themselves. After five wrong tries it is
            locked for a while.
          </Text>
          {data.lockedUntil !== null && <Locked until={data.lockedUntil} />}
          <PinForm hasPin={data.hasPin} />
        </Stack>
      )}
    </Section>
  );
}

function Locked({ until }: { readonly until: number }) {
  const now = useNow();
  if (until <= now) return null;
  return (
    <Note tone="warn" title={`Locked until ${exactTime(until)}`}>
      Somebody typed a wrong PIN too often. If that was not you, pause everything and find out which program it was.
    </Note>
  );
}

function PinForm({ hasPin }: { readonly hasPin: boolean }) {
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [typed, setTyped] = useState(noPin);
  const [done, setDone] = useState(false);
  const set = useUnkeptAct(
    (input: { pin: string; currentPin?: string }, client) => client.owner.setPin(input),
    () => {
      setCurrent('');
      setTyped(noPin);
      setDone(true);
      void queries.invalidateQueries({ queryKey: ['rules'] });
    },
  );
  const ready = isPinReady(typed) && (!hasPin || current !== '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || set.busy) return;
    setDone(false);
    set.run({ pin: typed.pin, ...(hasPin ? { currentPin: current } : {}) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={640}>
        {hasPin && (
          <PasswordInput
            label="PIN of now"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            maw={{ xs: 310 }}
          />
        )}
        <NewPin typed={typed} onChange={setTyped} />
        <ProblemNote problem={set.problem} />
        <Group gap="sm">
          <Button type="submit" loading={set.busy} disabled={!ready}>
            {hasPin ? 'Change the PIN' : 'Set the PIN'}
          </Button>
          <Text size="sm" role="status">
            {done && 'The new PIN holds from now on.'}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
