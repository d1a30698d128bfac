/**
 * What an agent may ask leave for. A new kind of action is a row here; the gate has no branch for it. `spends` says whether
 * money is set aside: such an action has an amount above zero, the others have none and count only as actions.
 */
export const actions = {
  pay: { spends: true, verb: 'pay' },
  'buy-prepaid': { spends: true, verb: 'buy prepaid credit' },
  'use-prepaid': { spends: false, verb: 'use prepaid credit' },
  'use-secret': { spends: false, verb: 'use an API key of the owner' },
  'sign-request': { spends: false, verb: 'sign a request' },
  'solve-challenge': { spends: false, verb: 'solve a challenge' },
  delegate: { spends: false, verb: 'delegate' },
} as const satisfies { readonly [name: string]: { readonly spends: boolean; readonly verb: string } };

export type ActionName = keyof typeof actions;

export const actionNames = [
  'pay',
  'buy-prepaid',
  'use-prepaid',
  'use-secret',
  'sign-request',
  'solve-challenge',
  'delegate',
] as const satisfies readonly ActionName[];
