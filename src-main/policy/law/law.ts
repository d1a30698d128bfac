import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Norm, norm } from './norm.ts';

const maxNorms = 256;
const hashText = z.string().regex(/^[0-9a-f]{64}$/);

/** The owner's rules in force for all agents: one version of them. What does not parse is no law, and without one nothing is permitted. */
export const lawSchema = z.strictObject({
  version: z.int().min(1),
  norms: z
    .array(norm)
    .max(maxNorms)
    .readonly()
    .refine((norms) => new Set(norms.map(({ id }) => id)).size === norms.length, {
      message: 'two norms have the same id',
    }),
  at: z.int().nonnegative(),
  /** Hash of the version before; null for the first. */
  previous: hashText.nullable(),
});
export type Law = z.infer<typeof lawSchema>;

/** SHA-256 in hex of the canonical JSON of a value. */
export type HashOf = (value: unknown) => string;

/** Over everything: ids, types, conditions, values, texts, version, time and the law before. */
export function lawHash({ version, norms, at, previous }: Law, hash: HashOf): string {
  return hash({ version, norms, at, previous });
}

/** The next version. A clock that went back does not date it before the one that it follows. */
export function nextLaw(current: Law, norms: readonly Norm[], now: number, hash: HashOf): Law {
  return lawSchema.parse({
    version: current.version + 1,
    norms,
    at: Math.max(now, current.at),
    previous: lawHash(current, hash),
  });
}

/** Oldest first. Names the first version that does not follow from the one before; null when the history is whole. */
export function brokenVersion(history: readonly Law[], hash: HashOf): number | null {
  let before: Law | null = null;
  for (const law of history) {
    const whole =
      before === null
        ? law.version === 1 && law.previous === null
        : law.version === before.version + 1 && law.at >= before.at && law.previous === lawHash(before, hash);
    if (!whole) return law.version;
    before = law;
  }
  return null;
}

export interface LawDiff {
  readonly added: readonly Norm[];
  readonly removed: readonly Norm[];
  readonly changed: readonly { readonly id: string; readonly before: Norm; readonly after: Norm }[];
}

export function diffLaws(before: Law, after: Law): LawDiff {
  const old = new Map(before.norms.map((one) => [one.id, one]));
  const kept = new Set(after.norms.map(({ id }) => id));
  const changed: { id: string; before: Norm; after: Norm }[] = [];
  const added: Norm[] = [];
  for (const one of after.norms) {
    const was = old.get(one.id);
    if (was === undefined) added.push(one);
    else if (!isDeepStrictEqual(was, one)) changed.push({ id: one.id, before: was, after: one });
  }
  return { added, removed: before.norms.filter(({ id }) => !kept.has(id)), changed };
}
