import type { TermsView } from '../../../src-shared/contract/index.ts';
import type { NetworkName } from '../../../src-shared/model/index.ts';
import { compareDecimals } from '../../ui/money.ts';

/** Dollars, or `none` for no limit. */
export interface TwoLimits {
  readonly perPayment: string;
  readonly perDay: string;
}

export interface LimitPreset extends TwoLimits {
  readonly name: string;
  readonly means: string;
}

const play: readonly LimitPreset[] = [
  { name: 'Careful', means: 'a first try', perPayment: '0.1', perDay: '2' },
  { name: 'Everyday', means: 'data, search, small tools', perPayment: '1', perDay: '10' },
  { name: 'Generous', means: 'many agents, or expensive things', perPayment: '5', perDay: '50' },
];

export const limitPresets: { readonly [N in NetworkName]: readonly LimitPreset[] } = {
  sandbox: play,
  devnet: play,
  mainnet: [
    { name: 'Careful', means: 'a first try', perPayment: '0.05', perDay: '1' },
    { name: 'Everyday', means: 'data, search, small tools', perPayment: '0.5', perDay: '5' },
    { name: 'Generous', means: 'many agents, or expensive things', perPayment: '2', perDay: '20' },
  ],
};

/** Only what is another one than now. */
export function limitsChange({ limits }: TermsView, wanted: TwoLimits): Partial<TwoLimits> {
  return {
    ...(sameCap(limits.perPayment, wanted.perPayment) ? {} : { perPayment: wanted.perPayment }),
    ...(sameCap(limits.perDay, wanted.perDay) ? {} : { perDay: wanted.perDay }),
  };
}

/** True where one of them permits more than now: that is the owner's. */
export const isLooser = ({ limits }: TermsView, wanted: TwoLimits): boolean =>
  above(wanted.perPayment, limits.perPayment) || above(wanted.perDay, limits.perDay);

export const presetOf = (presets: readonly LimitPreset[], wanted: TwoLimits): LimitPreset | null =>
  presets.find(({ perPayment, perDay }) => sameCap(perPayment, wanted.perPayment) && sameCap(perDay, wanted.perDay)) ??
  null;

function above(wanted: string, limit: string): boolean {
  if (limit === 'none') return false;
  return wanted === 'none' || compareDecimals(wanted, limit) > 0;
}

const sameCap = (a: string, b: string): boolean =>
  a === 'none' || b === 'none' ? a === b : compareDecimals(a, b) === 0;
