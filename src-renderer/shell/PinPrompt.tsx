import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useMemo, useState, useSyncExternalStore } from 'react';
import { useConnection } from '../rpc/connection.ts';
import { useLive } from '../rpc/host.ts';
import { PinContext } from '../rpc/owner.ts';
import { assertAlive, type PinQuestion } from '../rpc/owner-act.ts';
import { type Problem, toProblem, Unreachable } from '../rpc/problem.ts';
import { Inert } from '../ui/Inert.tsx';
import { ProblemNote } from '../ui/Panels.tsx';
import { createPinQueue } from './pin-queue.ts';

/** The one place where the PIN is typed. Where there is none yet, it is chosen here, since the owner is asked for it now. */
export function PinPrompt({ children }: { readonly children: ReactNode }) {
  const queue = useMemo(createPinQueue, []);
  const asked = useSyncExternalStore(queue.subscribe, queue.current);
  const reply = (pin: string | null): void => {
    if (asked !== null) queue.answer(asked.id, pin);
  };
  return (
    <PinContext value={queue.ask}>
      {children}
      <Modal opened={asked !== null} onClose={() => reply(null)} title="Only you can do this" zIndex={400}>
        {asked !== null && <PinForm key={asked.id} question={asked} reply={reply} />}
      </Modal>
    </PinContext>
  );
}

function PinForm({ question, reply }: { readonly question: PinQuestion; reply(pin: string | null): void }) {
  const { client, live } = useConnection();
  const alive = useLive(({ link }) => link === 'live');
  const hasPin = useLive(({ status }) => status?.hasPin ?? true);
  // What is asked for must not change under the hand when the first PIN was set.
  const [choosing] = useState(!hasPin);
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const differs = choosing && again !== '' && again !== pin;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!alive) return;
    if (!choosing) return reply(pin);
    if (pin !== again) return;
    setBusy(true);
    try {
      assertAlive(live);
      await client.owner.setPin({ pin });
      reply(pin);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text component="div">
          {choosing ? 'You have no PIN yet. Choose one to ' : 'Your PIN, to '}
          {question.action.does}
          {question.action.to !== null && (
            <>
              {' '}
              to <Inert text={question.action.to} mono />
            </>
          )}
          {choosing ? ': whoever knows it decides over your money.' : '.'}
        </Text>
        <PasswordInput
          label={choosing ? 'New PIN (at least 8 characters)' : 'PIN'}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={question.problem}
          autoComplete="off"
          autoFocus
          data-autofocus
        />
        {choosing && (
          <PasswordInput
            label="The same once more"
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            error={differs ? 'They are not the same' : null}
            autoComplete="off"
          />
        )}
        <ProblemNote problem={alive ? problem : toProblem(new Unreachable())} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={() => reply(null)}>Not now</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={!alive || pin === '' || (choosing && (again === '' || differs))}
          >
            {choosing ? 'Set the PIN and go on' : 'Go on'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
