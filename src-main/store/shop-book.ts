import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { NetworkName } from '../../src-shared/model/index.ts';
import { type FacilitatorBook, type ShopBook, shopPlanSchema } from '../gateway/ports.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

const storedRow = z.strictObject({ name: z.string(), plan: z.string(), mac: z.instanceof(Uint8Array) });
const facilitatorSwitch = z.strictObject({
  port: z.number().int().min(0).max(65_535),
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
  solPerDay: z.string(),
  perMinute: z.number().int().min(1),
});

/** No shop can be called that. */
const facilitatorRow = ':facilitator';
/** Of the log's words about shops so many are looked through for one whose row is gone. */
const mostWords = 5_000;

type Found = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'altered'; readonly why: string };

/**
 * Shops, and the switch of the facilitator. A row counts only with its MAC and only where it is the last word of the log
 * about its name: who writes to the file can neither change it, nor put an older one back, nor take one away unseen.
 */
export function createShopBook(
  { db, committer, recordedNow }: Connection,
  network: NetworkName,
  mac: KeyObject,
  log: Log,
): { readonly shops: ShopBook; readonly facilitator: FacilitatorBook } {
  const all = db.prepare('SELECT name, plan, mac FROM shops ORDER BY name');
  const upsert = db.prepare(
    `INSERT INTO shops (name, plan, mac, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET plan = excluded.plan, mac = excluded.mac, updated_at = excluded.updated_at`,
  );
  const drop = db.prepare('DELETE FROM shops WHERE name = ?');
  const macOf = (name: string, text: string) =>
    createHmac('sha256', mac)
      .update(JSON.stringify(['groat shop row v1', network, name, text]))
      .digest();

  const note = (subject: string, what: string, plan: string | null): void => {
    log.append({ kind: 'shop', agent: null, subject, data: { what, plan } });
  };
  const put = (name: string, what: string, text: string): Promise<void> =>
    committer.write(() => {
      upsert.run(name, text, macOf(name, text), recordedNow());
      note(name, what, hashOf(text));
    });
  const remove = (name: string, what: string): Promise<void> =>
    committer.write(() => {
      if (drop.run(name).changes > 0 || lastWord(name) !== null) note(name, what, null);
    });

  /** The hash that the log has of it; null: removed, or never there. */
  const lastWord = (name: string): string | null => {
    const [entry] = log.recent({ kind: 'shop', subject: name, limit: 1 });
    const plan = entry?.data['plan'];
    return typeof plan === 'string' ? plan : null;
  };

  const rows = (): ReadonlyMap<string, Found> => {
    const found = new Map<string, Found>();
    for (const row of z.array(storedRow).parse(all.all())) {
      const { name, plan: text } = row;
      if (!same(row.mac, macOf(name, text))) found.set(name, altered('its row was changed outside Groat'));
      else if (lastWord(name) !== hashOf(text)) found.set(name, altered('its row is an older copy'));
      else found.set(name, { kind: 'text', text });
    }
    for (const name of standing()) if (!found.has(name)) found.set(name, altered('its row was taken away'));
    return found;
  };

  /** What is there by the log. */
  const standing = (): readonly string[] => {
    const words = new Map<string, boolean>();
    for (const { subject, data } of log.recent({ kind: 'shop', limit: mostWords }))
      if (subject !== null && 'plan' in data && !words.has(subject)) words.set(subject, data['plan'] !== null);
    return [...words].flatMap(([name, isThere]) => (isThere ? [name] : []));
  };

  return {
    shops: {
      load: () =>
        [...rows()]
          .filter(([name]) => name !== facilitatorRow)
          .map(([name, row]) => {
            if (row.kind === 'altered') return { kind: 'altered', name, why: row.why };
            const plan = shopPlanSchema.safeParse(JSON.parse(row.text));
            if (plan.success && plan.data.name === name) return { kind: 'plan', plan: plan.data };
            return { kind: 'altered', name, why: 'its row cannot be read' };
          }),
      put: (plan) => put(plan.name, plan.open ? 'opened' : 'stopped', JSON.stringify(plan)),
      remove: (name) => remove(name, 'removed'),
    },
    facilitator: {
      load() {
        const row = rows().get(facilitatorRow);
        if (row === undefined) return null;
        if (row.kind === 'altered') return row;
        const wish = facilitatorSwitch.safeParse(JSON.parse(row.text));
        return wish.success ? { kind: 'on', wish: wish.data } : { kind: 'altered', why: 'its row cannot be read' };
      },
      put: (wish) =>
        wish === null
          ? remove(facilitatorRow, 'facilitator off')
          : put(facilitatorRow, 'facilitator on', JSON.stringify(wish)),
    },
  };
}

const altered = (why: string): Found => ({ kind: 'altered', why });

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

const same = (found: Uint8Array, right: Uint8Array) => found.length === right.length && timingSafeEqual(found, right);
