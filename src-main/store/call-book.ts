import { z } from 'zod';
import { callOutcomes } from '../../src-shared/contract/index.ts';
import type { CallBook, DayCalls } from '../gateway/ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly day: number;
  readonly outcome: string;
  readonly count: number;
}

const outcome = z.enum(callOutcomes);

export function createCallBook({ db, committer }: Connection): CallBook {
  const add = db.prepare(
    `INSERT INTO calls (shop, day, outcome, count) VALUES (?, ?, ?, ?)
     ON CONFLICT (shop, day, outcome) DO UPDATE SET count = count + excluded.count`,
  );
  const read = db
    .prepare<[string, number], Row>('SELECT day, outcome, count FROM calls WHERE shop = +? AND day >= +? ORDER BY day')
    .safeIntegers(false);

  return {
    add: (shop, day, counts) =>
      committer.writeSoon(() => {
        for (const [name, count] of Object.entries(counts)) if (count > 0) add.run(shop, day, name, count);
      }),
    days(shop, from) {
      const days = new Map<number, Partial<Record<z.infer<typeof outcome>, number>>>();
      for (const { day, outcome: name, count } of read.all(shop, from)) {
        const counts = days.get(day) ?? {};
        counts[outcome.parse(name)] = count;
        days.set(day, counts);
      }
      return [...days].map(([day, calls]): DayCalls => ({ day, calls }));
    },
  };
}
