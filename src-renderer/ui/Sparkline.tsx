import { bars } from './bars.ts';

const box = { width: 168, height: 32 } as const;

/** Sums over time, the last one at the right; `says` is the same for those who do not see it. */
export function Sparkline({ amounts, says }: { readonly amounts: readonly string[]; readonly says: string }) {
  const barWidth = box.width / Math.max(1, amounts.length) - 2;
  return (
    <svg
      viewBox={`0 0 ${box.width} ${box.height}`}
      width="100%"
      height={box.height}
      preserveAspectRatio="none"
      role="img"
      aria-label={says}
    >
      <title>{says}</title>
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
