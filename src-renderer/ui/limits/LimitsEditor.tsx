import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import type { DelegationView, PolicyView, TermsChange, TermsView } from '../../../src-shared/contract/index.ts';
import { ProblemNote } from '../Panels.tsx';
import { AskFirst } from './AskFirst.tsx';
import { ChangePreview } from './ChangePreview.tsx';
import type { EditorParts } from './editor-parts.ts';
import { review } from './limits-change.ts';
import { draftOf, type LimitsDraft } from './limits-draft.ts';
import { Places } from './Places.tsx';
import { Sums } from './Sums.tsx';
import { Terms } from './Terms.tsx';

/**
 * Everything that an agent, or all of them together, may do with money. Nothing is saved before the person has seen what gets
 * stricter and what gets looser; what they typed stays when saving does not work.
 */
export function LimitsEditor({
  terms,
  usage = null,
  above = null,
  aboveName = 'all agents together',
  roles = [],
  busy,
  problem,
  onSave,
}: {
  readonly terms: TermsView;
  /** What was spent of each limit so far. */
  readonly usage?: DelegationView['usage'] | null;
  /** What stands above these limits and binds as well. */
  readonly above?: TermsView | null;
  readonly aboveName?: string;
  /** Without any, the role is not shown. */
  readonly roles?: PolicyView['roles'];
  readonly busy: boolean;
  readonly problem: { readonly what: string; readonly next: string } | null;
  /** Only what is another one than in `terms`. */
  onSave(change: TermsChange): void;
}) {
  const [edits, setEdits] = useState<Partial<LimitsDraft>>({});
  const draft = { ...draftOf(terms), ...edits };
  const { change, differences, problems } = review(terms, draft);
  const unreadable = Object.keys(problems).length > 0;
  const parts: EditorParts = { draft, problems, edit: (more) => setEdits((typed) => ({ ...typed, ...more })) };

  // Once the terms say what was typed, the fields follow the terms again.
  useEffect(() => {
    setEdits((typed) => {
      const left = review(terms, { ...draftOf(terms), ...typed });
      return left.differences.length + Object.keys(left.problems).length === 0 ? {} : typed;
    });
  }, [terms]);

  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (!unreadable && differences.length > 0) onSave(change);
  };

  return (
    <form onSubmit={save} noValidate>
      <Stack gap="xl">
        <Sums {...parts} usage={usage} above={above} aboveName={aboveName} />
        <AskFirst {...parts} />
        <Places {...parts} above={above} aboveName={aboveName} />
        <Terms {...parts} roles={roles} />
        {(differences.length > 0 || unreadable) && <ChangePreview differences={differences} unreadable={unreadable} />}
        <ProblemNote problem={problem} />
        <Group gap="xs">
          <Button type="submit" variant="filled" loading={busy} disabled={unreadable || differences.length === 0}>
            Save the limits
          </Button>
          <Button disabled={busy || Object.keys(edits).length === 0} onClick={() => setEdits({})}>
            Undo my changes
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
