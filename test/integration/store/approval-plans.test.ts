import { expect, test, vi } from 'vitest';
import { createApprovals } from '../../../src-main/store/approvals.ts';
import { openTestStore, policyMac, setClock } from '../../support/test-store.ts';

/** How SQLite would run each statement on approvals, without running it. */
function plans(): readonly { readonly sql: string; readonly plan: string }[] {
  const { connection, log } = openTestStore(setClock(1));
  const prepare = vi.spyOn(connection.db, 'prepare');
  createApprovals(connection, 'sandbox', policyMac, log);
  const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.startsWith('SELECT'));
  prepare.mockRestore();
  return statements.map((sql) => ({
    sql,
    plan: connection.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|@\w+/g, 'NULL')}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n'),
  }));
}

test('what asks for approvals that wait reads those only', () => {
  const asking = plans().filter(({ sql }) => /WHERE state = 'waiting'/.test(sql));
  expect(asking).toHaveLength(4);
  for (const { sql, plan } of asking) expect(plan, sql).toContain('approvals_waiting');
});

test('an agent’s prompts are found by their time, not in all that it ever asked', () => {
  const [prompts] = plans().filter(({ sql }) => /AS waiting/.test(sql));
  expect(prompts?.plan).toContain('approvals_created (created_at>?)');
  expect(prompts?.plan).not.toMatch(/approvals_match|SCAN approvals$/m);
});
