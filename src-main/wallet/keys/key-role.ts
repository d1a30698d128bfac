/** The spender holds agents' money, the till what shops earn, the fee payer the SOL for settling: income is never an allowance. */
export const keyRoles = ['spender', 'till', 'feePayer'] as const;

export type KeyRole = (typeof keyRoles)[number];
