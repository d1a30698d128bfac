import { SegmentedControl, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { SpendingLegend } from './SpendingLegend.tsx';
import { chartOf, type Step } from './spending-chart.ts';

const Chart = lazy(async () => ({ default: (await import('../../ui/SumsChart.tsx')).SumsChart }));

const steps = { hour: 24, day: 30, week: 12 } as const satisfies { readonly [S in Step]: number };
const spans = { hour: '24 hours', day: '30 days', week: '12 weeks' } as const;
const groups = { agent: 'Agent', payee: 'Payee', origin: 'Site' } as const;

/** Money that moved, over time: who spent it, or who got it. */
export function Spending() {
  const client = useClient();
  const [by, setBy] = useState<keyof typeof groups>('agent');
  const [step, setStep] = useState<Step>('hour');
  const { data, error, refetch } = useQuery({
    queryKey: ['spending', by, step],
    queryFn: () => client.spending.series({ by, step, steps: steps[step], utcOffset: -new Date().getTimezoneOffset() }),
    placeholderData: keepPreviousData,
  });
  // Drawing the chart takes longer than a frame: what is typed or clicked meanwhile comes first.
  const drawn = useDeferredValue(data);
  const chart = useMemo(() => (drawn === undefined ? null : chartOf(drawn, step)), [drawn, step]);
  return (
    <Section
      title="Spending"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          value={step}
          onChange={(next) => setStep(next as Step)}
          data={Object.entries(spans).map(([value, label]) => ({ value, label }))}
        />
      }
    >
      <Stack gap="md">
        <SegmentedControl
          size="xs"
          aria-label="Grouped by"
          style={{ alignSelf: 'flex-start' }}
          value={by}
          onChange={(next) => setBy(next as keyof typeof groups)}
          data={Object.entries(groups).map(([value, label]) => ({ value, label }))}
        />
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {chart === null && error === null && <Loading what="the spending" />}
        {chart !== null && chart.series.length === 0 && (
          <Empty icon={<IconChartBar size={26} />} title={`Nothing was spent in ${spans[step]}`}>
            Payments show up here as soon as the money has moved.
          </Empty>
        )}
        {chart !== null && chart.series.length > 0 && (
          <>
            <Suspense fallback={<Loading what="the chart" />}>
              <Chart sums={chart} />
            </Suspense>
            <SpendingLegend chart={chart} by={by} />
          </>
        )}
      </Stack>
    </Section>
  );
}
