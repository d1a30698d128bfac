import { Checkbox, Group, Radio, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { type Dialect, dialects } from '../../../src-shared/model/index.ts';
import { useLive } from '../../rpc/host.ts';
import { PackageFields } from './PackageFields.tsx';
import { RouteFields } from './RouteFields.tsx';
import type { draftProblems, ShopDraft } from './shop-draft.ts';
import { dialectWords, flowWords } from './shop-words.ts';

/** What most shops never touch. */
export function MoreFields({
  draft,
  set,
  problems,
}: {
  readonly draft: ShopDraft;
  set(change: Partial<ShopDraft>): void;
  readonly problems: ReturnType<typeof draftProblems>;
}) {
  const mainnet = useLive(({ status }) => status?.network === 'mainnet');
  const usual: readonly Dialect[] = mainnet ? dialects.filter((dialect) => dialect !== 'open402') : dialects;
  return (
    <Stack gap="lg">
      <RouteFields rows={draft.routes} onChange={(routes) => set({ routes })} />
      <Radio.Group
        label="When the money moves"
        value={draft.flow}
        onChange={(flow) => set({ flow: flow === 'upfront' ? 'upfront' : 'after' })}
      >
        <Stack gap="xs" mt={6}>
          {(['after', 'upfront'] as const).map((flow) => (
            <Radio key={flow} value={flow} label={flowWords[flow].name} description={flowWords[flow].about} />
          ))}
        </Stack>
      </Radio.Group>
      <Stack gap="sm">
        <Switch
          label="Sell packages of calls"
          description="Buyers pay once for many calls: each one is faster, and costs no transfer of its own."
          checked={draft.prepaid}
          onChange={(event) => set({ prepaid: event.currentTarget.checked })}
        />
        {draft.prepaid && (
          <PackageFields rows={draft.packages} single={draft.price} onChange={(packages) => set({ packages })} />
        )}
      </Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <TextInput
          label="Description"
          description="What buyers read beside the price"
          value={draft.description}
          maxLength={200}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <TextInput
          label="Port"
          description="Where the shop listens; empty is any free one"
          placeholder="any"
          inputMode="numeric"
          autoComplete="off"
          value={draft.port}
          onChange={(event) => set({ port: event.currentTarget.value })}
          error={problems.port}
        />
      </SimpleGrid>
      <Checkbox.Group
        label="Ways to pay"
        description="Who buys chooses the one it speaks; the price is the same in all."
        value={[...(draft.dialects ?? usual)]}
        onChange={(chosen) => set({ dialects: dialects.filter((dialect) => chosen.includes(dialect)) })}
        error={problems.dialects}
      >
        <Stack gap="xs" mt={6}>
          {dialects.map((dialect) => (
            <Checkbox
              key={dialect}
              value={dialect}
              label={dialectWords[dialect].name}
              description={dialectWords[dialect].about}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {mainnet && draft.dialects?.includes('open402') && (
        <Group>
          <Text size="sm">On real money this takes your PIN.</Text>
        </Group>
      )}
    </Stack>
  );
}
