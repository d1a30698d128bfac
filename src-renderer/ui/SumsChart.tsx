import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { dollars } from './money.ts';
import type { Sums } from './sums.ts';

const label = (key: string | null): string =>
  key === null ? 'Others' : key.length > 28 ? `${key.slice(0, 27)}…` : key;

/** Fetched when the first chart is drawn: the library is larger than all the rest of the screen. */
export function SumsChart({ sums }: { readonly sums: Sums }) {
  return (
    <div aria-hidden>
      <BarChart
        h={240}
        data={[...sums.data]}
        dataKey="step"
        type="stacked"
        series={sums.series.map(({ member, key, colour }) => ({ name: member, label: label(key), color: colour }))}
        valueFormatter={(value) => dollars(value.toFixed(6))}
        gridAxis="x"
        tickLine="none"
        barChartProps={{ accessibilityLayer: false }}
        barProps={{ isAnimationActive: false }}
        xAxisProps={{ minTickGap: 36 }}
        yAxisProps={{ width: 70, tickCount: 4 }}
      />
    </div>
  );
}
