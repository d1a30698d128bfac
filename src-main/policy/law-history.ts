import { GroatError } from '../../src-shared/errors/index.ts';
import type { LogStore } from '../log/index.ts';
import { brokenVersion, defaultLaw, type Law, lawSchema } from './law/index.ts';
import { sha256 } from './policy-desk.ts';

const atMost = 1000;

/**
 * Every version of the law that the log has whole, oldest first, the one that Groat came with among them. Throws
 * `policy-altered` where one does not follow from the one before.
 */
export function lawVersions(store: Pick<LogStore, 'recent'>): readonly Law[] {
  const found = store
    .recent({ kind: 'law', limit: atMost })
    .flatMap(({ data }) => lawSchema.safeParse(data['after']).data ?? []);
  const versions = [defaultLaw, ...found.reverse()];
  const broken = brokenVersion(versions, sha256);
  if (broken !== null)
    throw new GroatError('policy-altered', {
      key: 'law',
      why: `has a law whose version ${broken} does not follow from the one before`,
    });
  return versions;
}
