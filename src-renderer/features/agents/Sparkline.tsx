import { bars, spokenSpending } from './sparkline.ts';

const box = { width: 168, height: 32 } as const;

/** What was spent by the hour, the last one at the right. */
export function Sparkline({ amounts }: { readonly amounts: readonly string[] }) {
  const text = spokenSpending(amounts);
  const barWidth = box.width / Math.max(1, amounts.length) - 2;
  return (
    <svg
      viewBox={`0 0 ${box.width} ${box.height}`}
      width="100%"
      height={box.height}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <line x1={0} y1={box.height - 0.5} x2={box.width} y2={box.height - 0.5} stroke="var(--line)" />
      {bars(amounts, box.height - 2, box.width).map(({ key, x, height }) => (
        <rect
          key={key}
          x={x + 1}
          y={box.height - 1 - height}
          width={barWidth}
          height={height}
          fill="var(--brand)"
          rx={1}
        />
      ))}
    </svg>
  );
}
