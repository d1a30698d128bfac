import { type Command, Option } from 'commander';
import type { TermsChange } from '../../src-shared/contract/index.ts';
import { type ActionName, actionNames } from '../../src-shared/model/index.ts';
import { toCap, toCountCap, toHoldMs, toTime, toTimeOrOpen } from './arguments.ts';

/** What `withTermsOptions` makes of the command line. */
export interface TermsOptions
  extends Omit<TermsChange, 'actions' | `${'allow' | 'deny'}${'Origins' | 'Payees' | 'Assets' | 'Networks'}`> {
  readonly allowAction?: readonly ActionName[];
  readonly allowOrigin?: readonly string[];
  readonly denyOrigin?: readonly string[];
  readonly allowPayee?: readonly string[];
  readonly denyPayee?: readonly string[];
  readonly allowAsset?: readonly string[];
  readonly denyAsset?: readonly string[];
  readonly allowNetwork?: readonly string[];
  readonly denyNetwork?: readonly string[];
}

const sums: readonly (readonly [flag: string, text: string])[] = [
  ['--per-payment', 'most for one payment'],
  ['--min-per-payment', 'least for one payment, against dust'],
  ['--per-minute', 'most in any minute'],
  ['--per-hour', 'most in any hour'],
  ['--per-day', 'most in any 24 hours'],
  ['--per-month', 'most in any 30 days'],
  ['--total', 'most in all'],
  ['--ask-above', 'ask the owner above this sum'],
  ['--ask-new-payee-above', 'ask the owner about a new payee or origin above this sum'],
];

const lists: readonly (readonly [flag: string, text: string])[] = [
  ['--allow-origin <origins...>', 'only these, e.g. https://*.example.com; or any'],
  ['--deny-origin <origins...>', 'never these; or none'],
  ['--allow-payee <addresses...>', 'only these; or any'],
  ['--deny-payee <addresses...>', 'never these; or none'],
  ['--allow-asset <mints...>', 'only these; or any'],
  ['--deny-asset <mints...>', 'never these; or none'],
  ['--allow-network <ids...>', 'only these CAIP-2 ids; or any'],
  ['--deny-network <ids...>', 'never these; or none'],
];

/** The options that change what a delegation permits; a list replaces the one that was there. */
export function withTermsOptions(command: Command): Command {
  for (const [flag, text] of sums) command.option(`${flag} <usdc|none>`, text, toCap);
  command
    .option('--per-minute-count <n|none>', 'most payments in any minute', toCountCap)
    .option('--total-count <n|none>', 'most payments in all', toCountCap)
    .option('--always-ask', 'ask the owner every time')
    .option('--no-always-ask', 'ask only where another rule says so')
    .option('--hold-ms <ms>', 'how long a request waits for the owner before its 402 goes back', toHoldMs)
    .option('--role <role>', 'reader, researcher, spender, seller')
    .option('--valid-from <time>', 'not before, e.g. 2027-01-31T18:00:00Z', toTime)
    .option('--valid-until <time|open>', 'not after', toTimeOrOpen)
    .addOption(new Option('--allow-action <actions...>', 'only these').choices(actionNames))
    .option('--browser-requests', 'also pay what looks like a web page’s request')
    .option('--no-browser-requests', 'refuse what looks like a web page’s request');
  for (const [flag, text] of lists) command.option(flag, text);
  return command;
}

export function termsChange(options: TermsOptions): TermsChange {
  const { allowAction, allowOrigin, denyOrigin, allowPayee, denyPayee } = options;
  const { allowAsset, denyAsset, allowNetwork, denyNetwork } = options;
  const change: TermsChange = {
    role: options.role,
    actions: allowAction === undefined ? undefined : [...allowAction],
    perPayment: options.perPayment,
    minPerPayment: options.minPerPayment,
    perMinute: options.perMinute,
    perMinuteCount: options.perMinuteCount,
    perHour: options.perHour,
    perDay: options.perDay,
    perMonth: options.perMonth,
    total: options.total,
    totalCount: options.totalCount,
    validFrom: options.validFrom,
    validUntil: options.validUntil,
    allowOrigins: allowList(allowOrigin),
    denyOrigins: denyList(denyOrigin),
    allowPayees: allowList(allowPayee),
    denyPayees: denyList(denyPayee),
    allowAssets: allowList(allowAsset),
    denyAssets: denyList(denyAsset),
    allowNetworks: allowList(allowNetwork),
    denyNetworks: denyList(denyNetwork),
    askAbove: options.askAbove,
    askNewPayeeAbove: options.askNewPayeeAbove,
    alwaysAsk: options.alwaysAsk,
    holdMs: options.holdMs,
    browserRequests: options.browserRequests,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

export function changesNothing(options: TermsOptions): boolean {
  return Object.keys(termsChange(options)).length === 0;
}

const allowList = (typed: readonly string[] | undefined): 'any' | string[] | undefined =>
  typed?.length === 1 && typed[0] === 'any' ? 'any' : typed && [...typed];

const denyList = (typed: readonly string[] | undefined): string[] | undefined =>
  typed?.length === 1 && typed[0] === 'none' ? [] : typed && [...typed];
