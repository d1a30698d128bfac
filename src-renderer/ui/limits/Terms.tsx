import { NativeSelect, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import type { PolicyView } from '../../../src-shared/contract/index.ts';
import { dollars } from '../money.ts';
import { Note } from '../Panels.tsx';
import { EditorPart } from './EditorPart.tsx';
import type { EditorParts } from './editor-parts.ts';

type Role = PolicyView['roles'][number];

/** When it holds, as what, and whether web pages count. */
export function Terms({ draft, problems, edit, roles }: EditorParts & { readonly roles: PolicyView['roles'] }) {
  const role = roles.find(({ name }) => name === draft.role);
  return (
    <EditorPart title="When and how" about="Without dates it holds from now on, and for good.">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
        <TextInput
          type="datetime-local"
          label="May spend from"
          value={draft.validFrom}
          onChange={(event) => edit({ validFrom: event.currentTarget.value })}
          error={problems.validFrom}
        />
        <TextInput
          type="datetime-local"
          label="May spend until"
          value={draft.validUntil}
          onChange={(event) => edit({ validUntil: event.currentTarget.value })}
          error={problems.validUntil}
        />
        {roles.length > 0 && (
          <NativeSelect
            label="Role"
            data={[...new Set([draft.role, ...roles.map(({ name }) => name)])]}
            value={draft.role}
            onChange={(event) => edit({ role: event.currentTarget.value })}
            description={role === undefined ? undefined : roleWords(role)}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        )}
      </SimpleGrid>
      <Switch
        label="Web pages may pay"
        checked={draft.browserRequests}
        onChange={(event) => edit({ browserRequests: event.currentTarget.checked })}
      />
      {draft.browserRequests && (
        <Note tone="warn" title="A page that opens in an agent’s browser can spend that agent’s money">
          <Text size="sm">For one agent, leave it off unless it is a browser that you steer yourself.</Text>
        </Note>
      )}
    </EditorPart>
  );
}

function roleWords({ actions, maxPerAction, trustThreshold, belowTrust }: Role): string {
  const most = maxPerAction === 'none' ? 'any sum' : `up to ${dollars(maxPerAction)} at a time`;
  const pays = actions.includes('pay') && maxPerAction !== '0' ? `Pays ${most}` : 'Pays nothing';
  const below = belowTrust === 'deny' ? 'is refused' : 'asks you each time';
  return `${pays}; ${below} below trust ${Math.round(trustThreshold * 100)}.`;
}
