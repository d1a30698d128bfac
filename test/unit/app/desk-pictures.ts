import type { DeskPicture } from '../../../src-main/app/desk-model.ts';
import type { ApprovalLine, DeskStatus, DeskUpdate, OrderLine } from '../../../src-shared/contract/index.ts';

export const quietStatus: DeskStatus = {
  network: 'sandbox',
  available: '12.5',
  reserved: '0',
  spent: { day: '0.425', week: '1', month: '2' },
  limits: { perDay: '20', perMonth: 'none' },
  paused: { all: false, agents: [] },
  waiting: 0,
  underWay: 0,
  unknown: 0,
  payments: 7,
  breakers: [],
  hasPin: true,
  aboveCeiling: false,
  problem: null,
  unaccepted: null,
};

export const picture = (status: Partial<DeskStatus> | null, changes: Partial<DeskPicture> = {}): DeskPicture => ({
  phase: 'running',
  status: status === null ? null : { ...quietStatus, ...status },
  paying: false,
  waiting: [],
  agents: [],
  preferences: {
    welcomed: true,
    notifications: 'all',
    startAtLogin: false,
    dockIcon: false,
    walletCeiling: 'none',
  },
  ...changes,
});

export const approval = (id: string, changes: Partial<ApprovalLine> = {}): ApprovalLine => ({
  id,
  agent: 'bot',
  method: 'GET',
  url: 'https://api.example.com/search',
  amount: '0.25',
  asset: 'USDC',
  payee: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  reason: 'new-payee',
  state: 'waiting',
  expiresAt: 0,
  ...changes,
});

export const order = (id: string, state: OrderLine['state']): OrderLine => ({
  seq: 1,
  id,
  agent: 'bot',
  method: 'GET',
  url: 'https://api.example.com/search',
  amount: '0.25',
  asset: 'USDC',
  payee: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  state,
  signature: null,
  httpStatus: null,
  why: null,
  createdAt: 0,
  updatedAt: 0,
});

export const update = (changes: Partial<DeskUpdate>): DeskUpdate => ({
  status: null,
  orders: [],
  refusals: [],
  approvals: [],
  more: 0,
  rules: false,
  shops: false,
  prepaid: false,
  ...changes,
});
