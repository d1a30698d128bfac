/** What the owner decided, each row under a MAC, and one seal over all of them. */
export const policyBook = `
CREATE TABLE policy (
  key TEXT PRIMARY KEY,
  -- Canonical JSON.
  value TEXT NOT NULL,
  -- The book's version that wrote this row.
  version INTEGER NOT NULL CHECK (version > 0),
  mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_seal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL CHECK (version > 0),
  -- SHA-256 of all rows, hex.
  hash TEXT NOT NULL,
  mac BLOB NOT NULL
) STRICT;
`;
