import { Card, SimpleGrid, Text } from '@mantine/core';
import type { CreditView } from '../../../src-shared/contract/index.ts';
import { addDecimals } from '../../ui/money.ts';
import { burnText, isOver, savedText } from './credit-words.ts';

/** All credit together. */
export function Totals({
  credits,
  totalRemaining,
}: {
  readonly credits: readonly CreditView[];
  readonly totalRemaining: number;
}) {
  const live = credits.filter((credit) => !isOver(credit));
  const known = credits.flatMap(({ saved }) => (saved === null ? [] : [saved]));
  const saved = savedText(known.length === 0 ? null : known.reduce(addDecimals, '0'));
  const facts = [
    ['Calls left', totalRemaining.toLocaleString()],
    [
      'Used',
      burnText(
        live.reduce((sum, { burnPerDay }) => sum + burnPerDay, 0),
        credits.some(({ calls, remaining }) => remaining < calls),
      ),
    ],
    [saved.name, saved.text],
  ] as const;
  return (
    <Card component="section" aria-label="All together">
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text size="xl" fw={650}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  );
}
