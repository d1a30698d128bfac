import { type ActionName, actionNames } from '../../../src-shared/model/index.ts';
import type { Law } from './law.ts';
import type { Norm } from './norm.ts';

const allow = (action: ActionName): Norm => ({
  type: 'allow',
  id: `allow-${action}`,
  when: [{ selector: 'action', operator: '==', value: action }],
  reason: 'Delegations and roles say who may, and how much.',
});

/**
 * The law of a new desk: every action that there is, and a person's yes above what any default limit or hard ceiling lets
 * through. One witness, since a new desk knows one approver: its owner.
 */
export const defaultLaw: Law = {
  version: 1,
  norms: [
    ...actionNames.map(allow),
    {
      type: 'procedure',
      id: 'procedure-high-value',
      when: [{ selector: 'amount', operator: '>', value: '25' }],
      reason: 'More than $25 at once is for a person to decide.',
      witnesses: 1,
      timeoutSeconds: 3600,
      steps: ['Look at who is paid, and for what.', 'Compare the price with what was paid there before.'],
    },
  ],
  at: 0,
  previous: null,
};
