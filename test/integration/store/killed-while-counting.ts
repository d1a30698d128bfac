import { systemClock } from '../../../src-main/base/clock.ts';
import { openConnection } from '../../../src-main/store/connection.ts';
import { createCredits } from '../../../src-main/store/credits.ts';

/** Counts calls of one credit for as long as it lives, and says each that was confirmed. */
const [, , file = '', id = ''] = process.argv;
const credits = createCredits(openConnection(file, 'sandbox', systemClock));
const count = (): Promise<boolean> => new Promise((moved, failed) => credits.move(id, 1, { moved, failed }));
for (;;) {
  const twice = Promise.all([count(), count()]);
  credits.hurry();
  await twice;
  process.stdout.write(`${credits.get(id)?.used}\n`);
}
