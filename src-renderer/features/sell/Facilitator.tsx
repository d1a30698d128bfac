import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FacilitatorView } from '../../../src-shared/contract/index.ts';
import { useAct, useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { EnableFacilitator } from './EnableFacilitator.tsx';

const queryKey = ['facilitator'];

/** Checks and settles payments for sellers elsewhere who use the official tools: at the owner's cost, so it is off until asked for. */
export function Facilitator() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => client.facilitator.show() });
  return (
    <Section
      title="Settle payments for other sellers"
      aside={data !== undefined && <Tone tone={data.enabled ? 'good' : 'neutral'}>{data.enabled ? 'On' : 'Off'}</Tone>}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Your own shops do not need this. A seller who uses the official x402 tools needs a “facilitator”: somebody who
          checks a payment and brings it onto the chain. Groat can be that for whoever has the token, and pays the
          chain’s fee in SOL each time.
        </Text>
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="this" />}
        {data !== undefined && (data.enabled ? <On view={data} /> : <Off />)}
      </Stack>
    </Section>
  );
}

function Off() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Group>
        <Button onClick={() => setAsking(true)}>Switch it on</Button>
      </Group>
      <EnableFacilitator opened={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function On({ view: { url, solPerDay, solSpentToday, perMinute } }: { readonly view: FacilitatorView }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const disable = useAct(
    (_: null, client) => client.facilitator.disable(),
    (view) => {
      setAsking(false);
      queries.setQueryData(queryKey, view);
    },
  );
  return (
    <>
      {url !== null && <CopyLine text={url} label="the facilitator’s address" />}
      <Text size="sm">
        Fees today: <strong>{solSpentToday} SOL</strong> of at most {solPerDay} SOL. At most{' '}
        {perMinute.toLocaleString()} requests a minute.
      </Text>
      <Group>
        <Button onClick={() => setAsking(true)}>Switch it off</Button>
      </Group>
      <Confirm
        opened={asking}
        title="Switch it off?"
        yes="Switch it off"
        busy={disable.busy}
        problem={disable.problem}
        onYes={() => disable.run(null)}
        onNo={() => {
          disable.clear();
          setAsking(false);
        }}
      >
        Sellers who rely on it can take no payments from then on, and the token is worth nothing any more: switched on
        again, there is a new one.
      </Confirm>
    </>
  );
}
