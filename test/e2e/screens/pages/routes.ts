import type { Day } from '../fixture.ts';

export interface Route {
  readonly screen: string;
  /** The heading that stands there once the screen is drawn. */
  readonly heading: string | RegExp;
  readonly route: (day: Day) => string;
}

/** Every screen, with something on it after a scripted day. */
export const routes: readonly Route[] = [
  { screen: 'overview', heading: 'Overview', route: () => '/' },
  { screen: 'approvals', heading: 'Approvals', route: () => '/approvals' },
  { screen: 'approval', heading: 'Approvals', route: ({ last }) => `/approvals/${last.approval}` },
  { screen: 'prompt', heading: /./, route: () => '/prompt' },
  { screen: 'agents', heading: 'Agents', route: () => '/agents' },
  { screen: 'agent', heading: 'research', route: () => '/agents/research' },
  { screen: 'payments', heading: 'Payments', route: () => '/payments' },
  { screen: 'payment', heading: /\$/, route: ({ last }) => `/payments/${last.settled}` },
  { screen: 'prepaid', heading: 'Prepaid', route: () => '/prepaid' },
  { screen: 'sell', heading: 'Sell', route: () => '/sell' },
  { screen: 'shop', heading: 'demo', route: () => '/sell/demo' },
  { screen: 'verification', heading: 'Verification', route: () => '/verification' },
  { screen: 'log', heading: 'Log', route: () => '/log' },
  { screen: 'settings', heading: 'Settings', route: () => '/settings' },
  { screen: 'resume', heading: 'Resume payments', route: () => '/resume' },
  { screen: 'welcome', heading: /./, route: () => '/welcome' },
];
