import { setImmediate as nextTurn } from 'node:timers/promises';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Network, parseDecimal, toAgentName } from '../../src-shared/model/index.ts';
import { exportCsv, exportJsonl, type LogKind, logKinds, verifyEntries, verifyExport } from '../log/index.ts';
import {
  type Author,
  desk as deskSubject,
  diffLaws,
  isAtDefaults,
  type Law,
  lawHash,
  lawVersions,
  type Norm,
  norm,
  type Role,
  sha256,
} from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import { approvalLine, approvalView, changed, delegationView, entryView, policyView } from './authority-view.ts';
import type { CallContext, Implementer } from './call.ts';
import { watchDesk } from './desk-events.ts';
import type { Authority } from './open-authority.ts';
import { setOwnerPin } from './owner-door.ts';

/** A line of an export has about half a kilobyte; so many go in one message. */
const linesAtOnce = 512;

/** Who may say what a call wants: the operator tightens, the owner does everything. */
export const authorOf = ({ rank }: CallContext): Author => (rank === 'owner' ? 'owner' : 'operator');

/** Pause, PIN, approvals, policy, law and log. Each parses, asks policy, and formats; nothing is decided here. */
export function authorityProcedures(
  os: Implementer,
  { network, store, authority }: { readonly network: Network; readonly store: Store; readonly authority: Authority },
) {
  const { desk, owner, approvals, experience } = authority;
  const dollars = (text: string) => parseDecimal(text, network.usdc.decimals);
  const seen = (approval: Parameters<typeof approvalView>[0]) =>
    approvalView(approval, {
      network,
      policy: desk.policy(),
      store,
      usageOf: store.usage,
      now: store.now(),
      glimpse: approvals.glimpse(approval.id),
    });
  const policyNow = () => {
    const found = desk.read();
    return policyView(found.kind === 'policy' ? found.policy : null, authority.problem(), experience, store.usage);
  };
  const history = (kind: LogKind, limit: number) => store.log.recent({ kind, limit }).map(entryView);

  return {
    desk: {
      pause: os.desk.pause.handler(async ({ context }) => {
        await desk.pause(null, authorOf(context));
        return { paused: true as const };
      }),
      resume: os.desk.resume.handler(async ({ input, context }) => {
        if (input.acceptBooks) await authority.acceptBooks(input.accept ?? null);
        if (desk.policy().pausedAll) await desk.resume(null, authorOf(context));
        return { paused: false as const, problem: authority.problem() };
      }),
      watch: os.desk.watch.handler(({ signal }) => watchDesk(authority, store.log, network, signal)),
    },
    owner: {
      state: os.owner.state.handler(() => owner.state()),
      setPin: os.owner.setPin.handler(async ({ input: { pin, currentPin } }) => {
        if (!owner.state().hasPin) mayBecomeOwner();
        await setOwnerPin(owner, pin, currentPin);
        return { set: true as const };
      }),
    },
    approvals: {
      list: os.approvals.list.handler(({ input: { state, limit } }) =>
        approvals.list({ state: state ?? null, limit }).map((approval) => approvalLine(approval, network)),
      ),
      show: os.approvals.show.handler(({ input }) => seen(approvals.get(input.id))),
      approve: os.approvals.approve.handler(async ({ input: { id, scope, upTo } }) =>
        seen(await approvals.approve(id, { scope, upTo: upTo === undefined ? null : dollars(upTo) })),
      ),
      deny: os.approvals.deny.handler(async ({ input: { id, blockPayee } }) => {
        const denied = await approvals.deny(id, blockPayee);
        if (blockPayee) await blockForAll(denied.payee);
        return seen(denied);
      }),
      attest: os.approvals.attest.handler(async ({ input: { id, ...attestation } }) => {
        const key = desk.policy().approvers.get(attestation.by);
        if (key === undefined)
          throw new GroatError('policy-invalid', { subject: attestation.by, problem: 'there is no such approver' });
        return seen(await approvals.attest(id, attestation, key));
      }),
    },
    policy: {
      show: os.policy.show.handler(policyNow),
      set: os.policy.set.handler(async ({ input: { subject, ...change }, context }) => {
        const whose = subject === 'desk' ? deskSubject : toAgentName(subject);
        const amended = await desk.amend(whose, (before) => changed(before, change), authorOf(context));
        return delegationView(amended, store.usage(whose));
      }),
      history: os.policy.history.handler(({ input }) => history('policy', input.limit)),
      setCeilings: os.policy.setCeilings.handler(async ({ input, context }) => {
        const { perPayment, perDay, perMinuteCount } = input;
        const ceilings = { perPayment: dollars(perPayment), perDay: dollars(perDay), perMinuteCount };
        await desk.setCeilings(ceilings, authorOf(context));
        return policyNow();
      }),
      setRole: os.policy.setRole.handler(async ({ input: { name, role }, context }) => {
        await desk.setRole(name, role === null ? null : roleOf(name, role), authorOf(context));
        return policyNow();
      }),
      setApprover: os.policy.setApprover.handler(async ({ input: { name, key }, context }) => {
        await desk.setApprover(name, key, authorOf(context));
        return policyNow();
      }),
    },
    law: {
      show: os.law.show.handler(() => {
        const { law } = desk.policy();
        return { version: law.version, hash: lawHash(law, sha256), norms: law.norms.map((one) => ({ ...one })) };
      }),
      add: os.law.add.handler(async ({ input, context }) => {
        const { version } = await desk.addNorms(input.norms.map(parsedNorm), authorOf(context));
        return { version };
      }),
      remove: os.law.remove.handler(async ({ input, context }) => {
        const { version } = await desk.removeNorm(input.id, authorOf(context));
        return { version };
      }),
      history: os.law.history.handler(({ input }) => history('law', input.limit)),
      diff: os.law.diff.handler(({ input }) => {
        const versions = lawVersions(store.log);
        const last = versions.at(-1)?.version ?? 1;
        const to = lawOf(versions, input.to ?? last);
        const from = lawOf(versions, input.from ?? Math.max(1, to.version - 1));
        const { added, removed, changed: between } = diffLaws(from, to);
        const plain = (one: Norm) => ({ ...one });
        return {
          from: from.version,
          to: to.version,
          added: added.map(plain),
          removed: removed.map(plain),
          changed: between.map(({ id, before, after }) => ({ id, before: plain(before), after: plain(after) })),
        };
      }),
    },
    log: {
      recent: os.log.recent.handler(({ input: { kind, agent, subject, before, limit } }) => {
        const known = logKinds.find((one) => one === kind);
        if (kind !== undefined && known === undefined)
          throw new GroatError('policy-invalid', {
            subject: `kind ${kind}`,
            problem: `there are ${logKinds.join(', ')}`,
          });
        const query = {
          limit,
          ...(known === undefined ? {} : { kind: known }),
          ...(agent === undefined ? {} : { agent }),
          ...(subject === undefined ? {} : { subject }),
          ...(before === undefined ? {} : { before }),
        };
        return store.log.recent(query).map(entryView);
      }),
      verify: os.log.verify.handler(async () => {
        const kept = await authority.outside.read();
        const expect = [...store.log.heads(), ...(typeof kept === 'object' ? [kept] : [])];
        const notary = authority.notary();
        // A suspect log has nothing that vouches for its end; it is read in one go, since nothing is paid meanwhile.
        if (notary === null) return verifyEntries(store.log.entries(1), authority.logOwner, expect);
        return verifyExport(inSlices(exportJsonl(store.log, await notary.vouch())), authority.logOwner, expect);
      }),
      export: os.log.export.handler(async function* ({ input: { format } }) {
        const notary = authority.notary();
        if (notary === null)
          throw new GroatError('policy-altered', {
            key: null,
            why: 'rests on a log that is suspect; resume with --accept-books first',
          });
        await store.journal.note({ kind: 'export', agent: null, subject: null, data: { format } });
        const head = await notary.vouch();
        let lines: string[] = [];
        for (const line of format === 'csv' ? exportCsv(store.log, head) : exportJsonl(store.log, head)) {
          lines.push(line);
          if (lines.length < linesAtOnce) continue;
          yield lines;
          lines = [];
        }
        if (lines.length > 0) yield lines;
      }),
    },
  };

  function roleOf(
    name: string,
    {
      actions,
      maxPerAction,
      trustThreshold,
      belowTrust,
    }: { actions: Role['actions']; maxPerAction: string; trustThreshold: number; belowTrust: 'defer' | 'deny' },
  ): Role {
    const most = maxPerAction === 'none' ? null : dollars(maxPerAction);
    return {
      name,
      actions,
      maxPerAction: most,
      trust: { threshold: Math.round(trustThreshold * 1e6), below: belowTrust },
    };
  }

  /**
   * Whoever sets the first PIN is the owner from then on. Where there is something to lose that is for a desk that nobody has
   * changed yet: rules that stand already are somebody's, and not for the next program to take over.
   */
  function mayBecomeOwner(): void {
    if (!network.playMoney && !isAtDefaults(desk.policy(), network))
      throw new GroatError('owner-required', { action: 'the first PIN of a desk whose rules were changed already' });
  }

  /** A payee that the owner will have nothing of, whoever asks. */
  async function blockForAll(payee: string): Promise<void> {
    await desk.amend(
      deskSubject,
      (before) =>
        before.payees.deny.includes(payee)
          ? before
          : { ...before, payees: { ...before.payees, deny: [...before.payees.deny, payee] } },
      'operator',
    );
  }
}

/** Lets other work happen in between: a long log takes seconds. */
async function* inSlices(lines: Iterable<string>): AsyncGenerator<Buffer> {
  let slice: string[] = [];
  for (const line of lines) {
    slice.push(line);
    if (slice.length < linesAtOnce) continue;
    yield Buffer.from(slice.join(''));
    slice = [];
    await nextTurn();
  }
  if (slice.length > 0) yield Buffer.from(slice.join(''));
}

function lawOf(versions: readonly Law[], version: number): Law {
  const found = versions.find((law) => law.version === version);
  if (found !== undefined) return found;
  throw new GroatError('policy-invalid', {
    subject: `Version ${version} of the law`,
    problem: 'the log does not have it',
  });
}

function parsedNorm(input: unknown): Norm {
  const parsed = norm.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}`;
  throw new GroatError('policy-invalid', { subject: 'The norm', problem });
}
