import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PolicyView } from '../../../src-shared/contract/index.ts';
import { GroatError } from '../../../src-shared/errors/index.ts';
import { actionNames } from '../../../src-shared/model/index.ts';
import { entriesTable } from '../entry-text.ts';
import { bold, dim, type Output, red, table, yellow } from '../output.ts';
import { type TermsOptions, termsChange } from '../terms-options.ts';
import { delegationText, subjectName } from '../terms-text.ts';
import { withHost } from '../with-host.ts';

/** The whole policy, or one subject's delegation. */
export async function showPolicy(subject: string | undefined, output: Output): Promise<void> {
  const policy = await withHost((host) => host.policy.show());
  if (subject === undefined) {
    output.result(policy, () => describe(policy));
    return;
  }
  const found = policy.delegations.find((one) => subjectName(one.subject) === subject);
  if (found === undefined) throw new GroatError('agent-unknown', { agent: subject });
  output.result(found, () => delegationText(found));
}

export async function setPolicy(subject: string, options: TermsOptions, output: Output): Promise<void> {
  const delegation = await withHost((host) => host.policy.set({ ...termsChange(options), subject }));
  output.result(delegation, () => delegationText(delegation));
}

export async function policyHistory(options: { limit: number }, output: Output): Promise<void> {
  const entries = await withHost((host) => host.policy.history({ limit: options.limit }));
  output.result(entries, () => entriesTable(entries, 'The policy is as Groat made it.'));
}

export interface CeilingOptions {
  readonly perPayment: string;
  readonly perDay: string;
  readonly perMinuteCount: number;
}

export async function setCeilings(options: CeilingOptions, output: Output): Promise<void> {
  const { perPayment, perDay, perMinuteCount } = options;
  const policy = await withHost((host) => host.policy.setCeilings({ perPayment, perDay, perMinuteCount }));
  output.result(policy, () => ceilingsLine(policy.ceilings));
}

export interface RoleOptions {
  readonly action: readonly string[];
  readonly max: string;
  readonly trust: number;
  readonly below: 'defer' | 'deny';
}

export async function setRole(name: string, options: RoleOptions | null, output: Output): Promise<void> {
  const role =
    options === null
      ? null
      : {
          actions: z.array(z.enum(actionNames)).parse(options.action),
          maxPerAction: options.max,
          trustThreshold: options.trust,
          belowTrust: options.below,
        };
  const policy = await withHost((host) => host.policy.setRole({ name, role }));
  output.result(policy, () =>
    role === null ? `The role ${name} is as Groat has it, or gone.` : `The role ${name} is set.`,
  );
}

/** `key` is 32 bytes in base64, or a PEM file of an Ed25519 key, of which only the public half is taken. */
export async function addApprover(name: string, key: string, output: Output): Promise<void> {
  const known = approverKey(key);
  const policy = await withHost((host) => host.policy.setApprover({ name, key: known }));
  output.result(policy, () => approversText(policy));
}

export async function removeApprover(name: string, output: Output): Promise<void> {
  const policy = await withHost((host) => host.policy.setApprover({ name, key: null }));
  output.result(policy, () => approversText(policy));
}

function approverKey(text: string): string {
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  const wrong = (problem: string, cause?: unknown) =>
    new GroatError('config-invalid', { setting: 'KEY', problem }, cause);
  try {
    const key = createPublicKey(readFileSync(text));
    if (key.asymmetricKeyType !== 'ed25519') throw wrong('it is not an Ed25519 key');
    return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  } catch (error) {
    if (error instanceof GroatError) throw error;
    throw wrong('it is neither 32 bytes in base64 nor a readable PEM file', error);
  }
}

function describe(policy: PolicyView): string {
  const { version, readable, problem, paused, hasPin, delegations, roles, breakers } = policy;
  const notes = [
    ...(problem === null ? [] : [red(`Nothing is granted: ${problem}`)]),
    ...(paused.all ? [yellow('Everything is paused; `groat resume` lifts it.')] : []),
    ...(paused.agents.length === 0 ? [] : [yellow(`Paused: ${paused.agents.join(', ')}`)]),
    ...(hasPin || !readable ? [] : [yellow('There is no owner’s PIN yet; set one with `groat owner set-pin`.')]),
  ];
  if (!readable) return [...notes, dim('The policy itself cannot be read.')].join('\n');
  const stuck = breakers.filter(({ state }) => state !== 'closed').map(({ scope, state }) => [scope, state]);
  return [
    `${bold('Policy')}, version ${version}`,
    ...notes,
    '',
    ...delegations.flatMap((delegation) => [delegationText(delegation), '']),
    table(
      ['role', 'may', 'at most', 'trust', 'below it'],
      roles.map(({ name, actions, maxPerAction, trustThreshold, belowTrust }) => [
        name,
        actions.join(', '),
        maxPerAction === 'none' ? maxPerAction : `$${maxPerAction}`,
        trustThreshold.toFixed(2),
        belowTrust,
      ]),
      [2, 3],
    ),
    '',
    ceilingsLine(policy.ceilings),
    approversText(policy),
    ...(stuck.length === 0 ? [] : ['', table(['breaker', 'state'], stuck)]),
  ].join('\n');
}

function ceilingsLine(ceilings: PolicyView['ceilings']): string {
  if (ceilings === null) return 'Hard ceilings: none on this network.';
  const { perPayment, perDay, perMinuteCount } = ceilings;
  return `Hard ceilings: $${perPayment} a payment, $${perDay} in 24 hours, ${perMinuteCount} payments in a minute.`;
}

function approversText({ approvers }: PolicyView): string {
  if (approvers.length === 0) return 'Approvers besides the owner: none.';
  return `Approvers besides the owner:\n${approvers.map(({ name, key }) => `  ${name}  ${dim(key)}`).join('\n')}`;
}
