import { openConnection } from '../../../src-main/store/connection.ts';
import { createLog } from '../../../src-main/store/log.ts';
import { draftOf } from '../../unit/log/log-fixture.ts';

/** Two entries, then a write of two more with their action, in which the process kills itself where it is told to. */
const [file = '', point = ''] = process.argv.slice(2);
const connection = openConnection(file, 'sandbox', { now: () => 1_700_000_000_000, monotonic: () => 0 });
const log = createLog(connection);
const die = (here: string) => {
  if (here === point) process.kill(process.pid, 'SIGKILL');
};

await connection.committer.write(() => void log.append(draftOf(1)));
await connection.committer.write(() => void log.append(draftOf(2)));
await connection.committer.write(() => {
  die('before');
  connection.db.exec("INSERT INTO meta (key, value) VALUES ('action', 'done')");
  log.append(draftOf(3));
  log.append(draftOf(4));
  die('between');
});
die('after');
