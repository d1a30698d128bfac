import type { CreditBook, CreditRecord, MoveListener } from '../gateway/ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly id: string;
  readonly shop: string;
  readonly form: CreditRecord['form'];
  readonly buyer: string;
  readonly package: string;
  readonly calls: bigint;
  readonly used: bigint;
  readonly price: bigint;
  readonly message_hash: string;
  readonly signature: string;
  readonly secret_hash: string | null;
  readonly issued_at: bigint;
  readonly expires_at: bigint;
}

interface Move {
  readonly calls: number;
  readonly told: MoveListener;
}

export function createCredits({ db, committer }: Connection): CreditBook {
  const insert = db.prepare(
    `INSERT INTO credits (id, shop, form, buyer, package, calls, price, message_hash, signature, secret_hash, issued_at,
       expires_at)
     VALUES (@id, @shop, @form, @buyer, @package, @calls, @price, @messageHash, @signature, @secretHash, @issuedAt,
       @expiresAt)`,
  );
  const byId = db.prepare<[string], Row>('SELECT * FROM credits WHERE id = ?');
  const bySignature = db.prepare<[string], Row>('SELECT * FROM credits WHERE signature = ?');
  const moveBy = db.prepare(
    'UPDATE credits SET used = used + @by WHERE id = @id AND closed = 0 AND used + @by BETWEEN 0 AND calls',
  );
  const sums = db.prepare<[string, number], { packages: bigint; sold: bigint; left: bigint }>(
    `SELECT COUNT(*) AS packages, COALESCE(SUM(calls), 0) AS sold, COALESCE(SUM(calls - used), 0) AS left
     FROM credits WHERE shop = ? AND expires_at > ? AND used < calls`,
  );

  /** Asked for since the last commit; null: none is asked for. */
  let waiting: Map<string, Move[]> | null = null;

  const moved = (id: string, by: number): boolean => moveBy.run({ id, by }).changes === 1;

  /** All moves of one credit are one statement; only where that would pass a bound does each stand for itself. */
  const apply = (id: string, moves: readonly Move[], done: Move[], passed: Move[]): void => {
    let sum = 0;
    for (const { calls } of moves) sum += calls;
    const together = moved(id, sum);
    for (const move of moves) (together || (moves.length > 1 && moved(id, move.calls)) ? done : passed).push(move);
  };

  const commitMoves = (moves: Map<string, Move[]>): void => {
    const done: Move[] = [];
    const passed: Move[] = [];
    committer.writeLight({
      work() {
        // What is asked for from here on belongs to the next commit.
        if (waiting === moves) waiting = null;
        for (const [id, list] of moves) apply(id, list, done, passed);
      },
      settle() {
        for (const { told } of done) told.moved(true);
        for (const { told } of passed) told.moved(false);
      },
      fail(error) {
        if (waiting === moves) waiting = null;
        for (const list of moves.values()) for (const { told } of list) told.failed(error);
      },
    });
  };

  return {
    issue: (credit) => void insert.run(credit),
    get: (id) => recordOf(byId.get(id)),
    bySignature: (signature) => recordOf(bySignature.get(signature)),
    move(id, calls, told) {
      if (waiting === null) {
        waiting = new Map();
        commitMoves(waiting);
      }
      const list = waiting.get(id);
      if (list === undefined) waiting.set(id, [{ calls, told }]);
      else list.push({ calls, told });
    },
    hurry: committer.hurry,
    sums(shop, now) {
      const row = sums.get(shop, now);
      return {
        packages: Number(row?.packages ?? 0),
        callsSold: Number(row?.sold ?? 0),
        callsLeft: Number(row?.left ?? 0),
      };
    },
  };
}

function recordOf(row: Row | undefined): CreditRecord | null {
  if (row === undefined) return null;
  return {
    id: row.id,
    shop: row.shop,
    form: row.form,
    buyer: row.buyer,
    package: row.package,
    calls: Number(row.calls),
    used: Number(row.used),
    price: row.price,
    messageHash: row.message_hash,
    signature: row.signature,
    secretHash: row.secret_hash,
    issuedAt: Number(row.issued_at),
    expiresAt: Number(row.expires_at),
  };
}
