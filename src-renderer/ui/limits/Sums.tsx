import { SimpleGrid, TextInput } from '@mantine/core';
import type { DelegationView, TermsView } from '../../../src-shared/contract/index.ts';
import { compareDecimals, dollars } from '../money.ts';
import { EditorPart } from './EditorPart.tsx';
import type { EditorParts } from './editor-parts.ts';
import type { CountName, SumName } from './limits-draft.ts';
import { typedCap } from './typed-values.ts';

type Usage = DelegationView['usage'];

const sums: readonly {
  readonly name: Exclude<SumName, 'askAbove' | 'askNewPayeeAbove'>;
  readonly label: string;
  readonly used: (usage: Usage) => string | null;
}[] = [
  { name: 'perPayment', label: 'One payment', used: () => null },
  { name: 'perMinute', label: 'In a minute', used: ({ minute }) => minute },
  { name: 'perHour', label: 'In an hour', used: ({ hour }) => hour },
  { name: 'perDay', label: 'In 24 hours', used: ({ day }) => day },
  { name: 'perMonth', label: 'In 30 days', used: ({ month }) => month },
  { name: 'total', label: 'In all', used: ({ total }) => total },
  { name: 'minPerPayment', label: 'Least payment', used: () => null },
];

const counts: readonly {
  readonly name: CountName;
  readonly label: string;
  readonly used: (usage: Usage) => number;
}[] = [
  { name: 'perMinuteCount', label: 'Payments in a minute', used: ({ minuteCount }) => minuteCount },
  { name: 'totalCount', label: 'Payments in all', used: ({ totalCount }) => totalCount },
];

/** How much and how often. Beside each field stands what is used of it and what binds from above. */
export function Sums({
  draft,
  problems,
  edit,
  usage,
  above,
  aboveName,
}: EditorParts & {
  readonly usage: Usage | null;
  readonly above: TermsView | null;
  readonly aboveName: string;
}) {
  return (
    <EditorPart
      title="How much"
      about="In dollars. An empty field is no limit. Times are rolling: they end now, not at midnight."
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="md">
        {sums.map(({ name, label, used }) => (
          <TextInput
            key={name}
            label={label}
            leftSection="$"
            inputMode="decimal"
            autoComplete="off"
            placeholder={name === 'minPerPayment' ? 'Any sum' : 'No limit'}
            value={draft[name]}
            onChange={(event) => edit({ [name]: event.currentTarget.value })}
            error={problems[name]}
            description={hint([
              usage === null ? null : spent(used(usage)),
              above === null || name === 'minPerPayment' ? null : binding(draft[name], above.limits[name], aboveName),
            ])}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        ))}
        {counts.map(({ name, label, used }) => (
          <TextInput
            key={name}
            label={label}
            inputMode="numeric"
            autoComplete="off"
            placeholder="No limit"
            value={draft[name]}
            onChange={(event) => edit({ [name]: event.currentTarget.value })}
            error={problems[name]}
            description={hint([
              usage === null ? null : `${used(usage)} so far`,
              above === null || above.limits[name] === 'none' ? null : `${aboveName}: ${above.limits[name]}`,
            ])}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        ))}
      </SimpleGrid>
    </EditorPart>
  );
}

const hint = (parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(' · ');
const spent = (used: string | null): string | null => (used === null ? null : `${dollars(used)} used`);

/** Nobody is to wonder why an agent stops before its own limit. */
function binding(typed: string, limit: string, aboveName: string): string | null {
  if (limit === 'none') return null;
  const own = typedCap(typed);
  const beyond = own.ok && (own.value === 'none' || compareDecimals(own.value, limit) > 0);
  return `${aboveName}: ${dollars(limit)}${beyond ? ', which comes first' : ''}`;
}
