import { List, SimpleGrid, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Section } from '../../ui/Panels.tsx';

const does = [
  'Your agents never see the wallet’s key. They ask, and Groat pays or refuses.',
  'No payment goes above a limit, however many agents ask at once. What is under way counts as spent.',
  'Whatever makes spending easier needs your PIN; an agent’s credential opens nothing.',
  'A request is paid at most once, and a payment counts as done only when the chain shows it.',
  'The log cannot be changed unnoticed, and limits that were edited from outside stop all spending.',
  'Nothing listens beyond this machine, and no web page can spend.',
];
const doesNot = [
  'A program that runs as you can read much of what you can read. Keep little in the wallet.',
  'It does not judge whether what was bought is worth its price.',
  'What goes over https passes unseen: Groat neither pays it nor checks it.',
  'Once the key was exported, Groat’s limits do not hold for whoever has it.',
  'Real money that was paid cannot be called back.',
];

/** In plain words what to rely on, and what not. */
export function Protection() {
  return (
    <Section title="What Groat protects, and what not">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Points title="You can rely on this" good points={does} />
        <Points title="This stays with you" good={false} points={doesNot} />
      </SimpleGrid>
    </Section>
  );
}

function Points({
  title,
  good,
  points,
}: {
  readonly title: string;
  readonly good: boolean;
  readonly points: readonly string[];
}) {
  const tone = good ? 'good' : 'warn';
  const Icon = good ? IconCheck : IconX;
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      <List
        spacing="xs"
        size="sm"
        icon={
          <ThemeIcon size={20} radius="xl" style={{ background: `var(--${tone}-soft)`, color: `var(--${tone})` }}>
            <Icon size={12} aria-hidden />
          </ThemeIcon>
        }
      >
        {points.map((point) => (
          <List.Item key={point}>
            <Text size="sm" span>
              {point}
            </Text>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
