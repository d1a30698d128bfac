import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useClient, useLive } from '../rpc/host.ts';
import { type AskForPin, PinContext } from '../rpc/owner.ts';
import { type Problem, toProblem } from '../rpc/problem.ts';
import { ProblemNote } from '../ui/Panels.tsx';

type Question = Parameters<AskForPin>[0];

/** The one place where the PIN is typed. Where there is none yet, it is chosen here, since the owner is asked for it now. */
export function PinPrompt({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const answer = useRef<(pin: string | null) => void>(() => undefined);
  const ask: AskForPin = (next) =>
    new Promise((resolve) => {
      answer.current = resolve;
      setQuestion(next);
    });
  const reply = (pin: string | null): void => {
    setQuestion(null);
    answer.current(pin);
  };
  return (
    <PinContext value={ask}>
      {children}
      <Modal opened={question !== null} onClose={() => reply(null)} title="Only you can do this" zIndex={400}>
        {question !== null && <PinForm question={question} reply={reply} />}
      </Modal>
    </PinContext>
  );
}

function PinForm({ question, reply }: { readonly question: Question; reply(pin: string | null): void }) {
  const client = useClient();
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
    if (!choosing) return reply(pin);
    if (pin !== again) return;
    setBusy(true);
    try {
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
        <Text>
          {choosing
            ? `You have no PIN yet. Choose one to ${question.action}: whoever knows it decides over your money.`
            : `Your PIN, to ${question.action}.`}
        </Text>
        <PasswordInput
          label={choosing ? 'New PIN (at least 8 characters)' : 'PIN'}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={question.problem}
          autoComplete="off"
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
        <ProblemNote problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={() => reply(null)}>Not now</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={pin === '' || (choosing && (again === '' || differs))}
          >
            {choosing ? 'Set the PIN and go on' : 'Go on'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
