import { Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { LogVerdictView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Note, ProblemNote, Section } from '../../ui/Panels.tsx';

/** Reads the whole log again and says whether every entry is what it was when it was written. */
export function VerifyLog() {
  const [verdict, setVerdict] = useState<LogVerdictView | null>(null);
  const { run, busy, problem } = useAct((_: null, client) => client.log.verify(), setVerdict);
  return (
    <Section
      title="Is it whole?"
      aside={
        <Button size="xs" variant="filled" loading={busy} onClick={() => run(null)}>
          Verify now
        </Button>
      }
    >
      {verdict === null && problem === null && (
        <Text size="sm" c="dimmed">
          {busy
            ? 'Reading every entry from the first on …'
            : 'Checks that no entry was changed, cut out, put in another place or rolled back.'}
        </Text>
      )}
      <div aria-live="polite">{verdict !== null && <Verdict verdict={verdict} />}</div>
      <ProblemNote problem={problem} again={() => run(null)} />
    </Section>
  );
}

function Verdict({ verdict }: { readonly verdict: LogVerdictView }) {
  if (!verdict.ok)
    return (
      <Note
        tone="bad"
        title={`The log was changed: entry ${verdict.firstBad.toLocaleString()} is not what was written`}
      >
        {verdict.why}. Nothing after it can be relied on. Pause everything, find out who writes to the database, and put
        a backup of it back.
      </Note>
    );
  return (
    <Note tone="good" title={`Whole: all ${verdict.entries.toLocaleString()} entries are what was written`}>
      <Group gap="xs">
        Fingerprint
        <Code style={{ overflowWrap: 'anywhere', background: 'transparent', color: 'var(--ink)' }}>{verdict.head}</Code>
      </Group>
    </Note>
  );
}
