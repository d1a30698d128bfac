import type { Atomic, Network } from '../../src-shared/model/index.ts';
import { canonical } from '../log/index.ts';
import type { PolicyBook } from './book-port.ts';
import { defaultTerms, deskTerms } from './default-terms.ts';
import { encode } from './delegation-record.ts';
import { bookKey } from './policy.ts';
import type { Journal } from './ports.ts';
import { type Delegation, desk } from './terms.ts';

/** The first policy of a new book: the desk's own limits, and those of agents that were there before it. */
export async function foundPolicy(
  book: PolicyBook,
  journal: Pick<Journal, 'append'>,
  network: Network,
  agents: readonly { readonly name: string; readonly perPayment: Atomic; readonly perDay: Atomic }[],
  now: number,
): Promise<void> {
  const root: Delegation = { subject: desk, parent: null, terms: deskTerms(network), createdAt: now, revokedAt: null };
  const defaults = defaultTerms(network);
  const others = agents.map(({ name, perPayment, perDay }): Delegation => {
    const limits = { ...defaults.limits, perPayment, perDay };
    return { subject: name, parent: desk, terms: { ...defaults, limits }, createdAt: now, revokedAt: null };
  });
  const all = [root, ...others];
  const changes = all.map((one) => ({ key: bookKey.delegation(one.subject), value: canonical(encode(one)) }));
  await book.change(changes, ({ version, hash }) => {
    for (const { subject, terms } of all) {
      journal.append({
        kind: 'policy',
        agent: subject === desk ? null : subject,
        subject: bookKey.delegation(subject),
        data: {
          what: 'found',
          author: 'operator',
          role: terms.role,
          perPayment: terms.limits.perPayment?.toString() ?? 'none',
          version,
          book: hash,
        },
      });
    }
  });
}
