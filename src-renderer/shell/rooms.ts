import {
  IconBuildingStore,
  IconFileCertificate,
  IconGauge,
  IconHourglass,
  IconListDetails,
  IconReceipt,
  IconRobot,
  IconSettings,
  IconShieldCheck,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';

export interface ScreenRoom {
  readonly path: string;
  readonly name: string;
  readonly Icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>;
}

/** What the navigation shows, in its order. */
export const rooms: readonly ScreenRoom[] = [
  { path: '/', name: 'Overview', Icon: IconGauge },
  { path: '/approvals', name: 'Approvals', Icon: IconHourglass },
  { path: '/agents', name: 'Agents', Icon: IconRobot },
  { path: '/payments', name: 'Payments', Icon: IconReceipt },
  { path: '/prepaid', name: 'Prepaid', Icon: IconFileCertificate },
  { path: '/sell', name: 'Sell', Icon: IconBuildingStore },
  { path: '/verification', name: 'Verification', Icon: IconShieldCheck },
  { path: '/log', name: 'Log', Icon: IconListDetails },
  { path: '/settings', name: 'Settings', Icon: IconSettings },
];

/** Every screen is fetched when it is first opened. */
export const screens = {
  Overview: lazy(async () => ({ default: (await import('../features/overview/Overview.tsx')).Overview })),
  Approvals: lazy(async () => ({ default: (await import('../features/approvals/Approvals.tsx')).Approvals })),
  PromptWindow: lazy(async () => ({ default: (await import('../features/approvals/PromptWindow.tsx')).PromptWindow })),
  Agents: lazy(async () => ({ default: (await import('../features/agents/Agents.tsx')).Agents })),
  Agent: lazy(async () => ({ default: (await import('../features/agents/Agent.tsx')).Agent })),
  Payments: lazy(async () => ({ default: (await import('../features/payments/Payments.tsx')).Payments })),
  Payment: lazy(async () => ({ default: (await import('../features/payments/Payment.tsx')).Payment })),
  Prepaid: lazy(async () => ({ default: (await import('../features/prepaid/Prepaid.tsx')).Prepaid })),
  Sell: lazy(async () => ({ default: (await import('../features/sell/Sell.tsx')).Sell })),
  Shop: lazy(async () => ({ default: (await import('../features/sell/Shop.tsx')).Shop })),
  Verification: lazy(async () => ({
    default: (await import('../features/verification/Verification.tsx')).Verification,
  })),
  Log: lazy(async () => ({ default: (await import('../features/log/Log.tsx')).Log })),
  Settings: lazy(async () => ({ default: (await import('../features/settings/Settings.tsx')).Settings })),
  Welcome: lazy(async () => ({ default: (await import('../features/welcome/Welcome.tsx')).Welcome })),
} as const;
