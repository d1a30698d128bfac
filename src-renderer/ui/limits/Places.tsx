import { SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import type { TermsView } from '../../../src-shared/contract/index.ts';
import { EditorPart } from './EditorPart.tsx';
import type { EditorParts } from './editor-parts.ts';

/** Whom the money may go to. */
export function Places({
  draft,
  problems,
  edit,
  above,
  aboveName,
}: EditorParts & { readonly above: TermsView | null; readonly aboveName: string }) {
  return (
    <EditorPart
      title="Where"
      about="One a line. What is blocked stays blocked, also where it is allowed above or below."
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="sm">
          <Switch
            label="Only sites that I list"
            checked={draft.whichOrigins === 'listed'}
            onChange={(event) => edit({ whichOrigins: event.currentTarget.checked ? 'listed' : 'any' })}
          />
          {draft.whichOrigins === 'listed' && (
            <Lines
              label="Allowed sites"
              placeholder="https://api.example.com"
              value={draft.allowOrigins}
              error={problems.allowOrigins}
              hint={
                draft.allowOrigins.trim() === ''
                  ? 'The list is empty: no site can be paid.'
                  : '*. stands for every name below a site.'
              }
              onChange={(allowOrigins) => edit({ allowOrigins })}
            />
          )}
          <Lines
            label="Blocked sites"
            placeholder="https://*.example.com"
            value={draft.denyOrigins}
            error={problems.denyOrigins}
            hint={blockedAbove(above?.origins.deny, aboveName)}
            onChange={(denyOrigins) => edit({ denyOrigins })}
          />
        </Stack>
        <Stack gap="sm">
          <Switch
            label="Only payees that I list"
            checked={draft.whichPayees === 'listed'}
            onChange={(event) => edit({ whichPayees: event.currentTarget.checked ? 'listed' : 'any' })}
          />
          {draft.whichPayees === 'listed' && (
            <Lines
              label="Allowed payees"
              placeholder="Solana address"
              value={draft.allowPayees}
              error={problems.allowPayees}
              hint={draft.allowPayees.trim() === '' ? 'The list is empty: nobody can be paid.' : ''}
              onChange={(allowPayees) => edit({ allowPayees })}
            />
          )}
          <Lines
            label="Blocked payees"
            placeholder="Solana address"
            value={draft.denyPayees}
            error={problems.denyPayees}
            hint={blockedAbove(above?.payees.deny, aboveName)}
            onChange={(denyPayees) => edit({ denyPayees })}
          />
        </Stack>
      </SimpleGrid>
    </EditorPart>
  );
}

const blockedAbove = (list: readonly string[] | undefined, aboveName: string): string =>
  list === undefined || list.length === 0 ? '' : `Besides ${list.length} for ${aboveName}.`;

function Lines({
  label,
  placeholder,
  value,
  error,
  hint,
  onChange,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly hint: string;
  onChange(text: string): void;
}) {
  return (
    <Textarea
      label={label}
      placeholder={placeholder}
      description={hint === '' ? undefined : hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
    />
  );
}
