import { z } from 'zod';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type SealedKeys, sealedKey } from '../wallet/keys/ports.ts';
import type { Connection } from './connection.ts';

export function createSealedKeys({ db }: Connection): SealedKeys {
  const all = db.prepare<[], string>('SELECT record FROM sealed_keys ORDER BY role').pluck();
  const insert = db.prepare('INSERT INTO sealed_keys (role, record) VALUES (?, ?)');
  const save = db.transaction((keys: Parameters<SealedKeys['save']>[0]) => {
    if (all.all().length > 0)
      throw new GroatError('key-sealed', {
        problem: 'there is a wallet already',
        next: 'A wallet is never written over; start Groat again to open it.',
      });
    for (const key of keys) insert.run(key.role, JSON.stringify(key));
  });
  return {
    load: () => z.array(sealedKey).parse(all.all().map((text) => JSON.parse(text))),
    save: (keys) => save.immediate(keys),
  };
}
