-- +goose Up
CREATE TABLE purses (
  member_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  debt INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  CONSTRAINT purses_sound CHECK (balance >= 0 AND debt >= 0)
);
CREATE INDEX purses_community ON purses (community_id, member_id);

CREATE TABLE transfers (
  id TEXT NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  ref TEXT NOT NULL,
  unit TEXT NOT NULL,
  amount INTEGER NOT NULL,
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  contract_id INTEGER NOT NULL,
  pending_id TEXT,
  reverses_id TEXT,
  expires_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT transfers_amount CHECK (amount > 0)
);
CREATE INDEX transfers_owner ON transfers (owner_id, at, id);
CREATE UNIQUE INDEX transfers_pending ON transfers (pending_id);
CREATE UNIQUE INDEX transfers_reverses ON transfers (reverses_id);

CREATE TABLE lots (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  transfer_id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  spent BOOLEAN NOT NULL,
  expires_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT lots_remaining CHECK (remaining >= 0 AND remaining <= amount)
);
CREATE INDEX lots_member ON lots (member_id, spent);
CREATE INDEX lots_due ON lots (community_id, spent, expires_at);

CREATE TABLE lot_moves (
  transfer_id TEXT NOT NULL,
  lot_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (transfer_id, lot_id)
);
CREATE INDEX lot_moves_lot ON lot_moves (lot_id);

CREATE TABLE holds (
  transfer_id TEXT NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
);
CREATE INDEX holds_end ON holds (community_id, ends_at);

CREATE TABLE contracts (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  basis TEXT NOT NULL,
  price INTEGER NOT NULL,
  currency TEXT NOT NULL,
  month_cap INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  number INTEGER NOT NULL,
  note TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT contracts_price CHECK (price >= 0 AND month_cap >= 0)
);
CREATE UNIQUE INDEX contracts_number ON contracts (brand_id, number);
CREATE INDEX contracts_community ON contracts (community_id, brand_id, id);

CREATE TABLE statements (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  currency TEXT NOT NULL,
  month TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  line_count INTEGER NOT NULL,
  digest TEXT NOT NULL,
  closed_by INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  paid_by INTEGER NOT NULL,
  paid_at INTEGER NOT NULL,
  paid_note TEXT NOT NULL
);
CREATE UNIQUE INDEX statements_number ON statements (community_id, number);
CREATE UNIQUE INDEX statements_month ON statements (brand_id, currency, month);

CREATE TABLE statement_lines (
  transfer_id TEXT NOT NULL PRIMARY KEY,
  statement_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  no INTEGER NOT NULL,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  ref TEXT NOT NULL,
  offer_id INTEGER NOT NULL,
  contract_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  amount INTEGER NOT NULL
);
CREATE UNIQUE INDEX statement_lines_no ON statement_lines (statement_id, no);

-- +goose Down
DROP TABLE statement_lines;
DROP TABLE statements;
DROP TABLE contracts;
DROP TABLE holds;
DROP TABLE lot_moves;
DROP TABLE lots;
DROP TABLE transfers;
DROP TABLE purses;
