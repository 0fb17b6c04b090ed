-- +goose Up
CREATE TABLE phones (
  member_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  hash BLOB NOT NULL,
  tail_hash BLOB NOT NULL,
  sealed BLOB NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX phones_hash ON phones (community_id, hash);
CREATE INDEX phones_tail ON phones (community_id, tail_hash);

CREATE TABLE households (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  phone_hash BLOB,
  merged_into INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX households_phone ON households (community_id, phone_hash);

CREATE TABLE household_members (
  member_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  household_id INTEGER NOT NULL,
  by_hand BOOLEAN NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX household_members_home ON household_members (community_id, household_id);

CREATE TABLE risk_ranks (
  member_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  community_id INTEGER NOT NULL,
  level INTEGER NOT NULL,
  note TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  again_at INTEGER NOT NULL,
  PRIMARY KEY (member_id, app_id)
);

CREATE TABLE gate_policies (
  community_id INTEGER NOT NULL PRIMARY KEY,
  policy_json TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE judgements (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  reasons TEXT NOT NULL,
  score INTEGER NOT NULL,
  shadow BOOLEAN NOT NULL,
  hour INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX judgements_once ON judgements (member_id, offer_id, verdict, hour);
CREATE INDEX judgements_community ON judgements (community_id, at);

CREATE TABLE appeals (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  live INTEGER,
  created_at INTEGER NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  until INTEGER NOT NULL
);
CREATE UNIQUE INDEX appeals_once ON appeals (member_id, offer_id, live);
CREATE INDEX appeals_state ON appeals (community_id, state, id);
CREATE INDEX appeals_cleared ON appeals (member_id, until);

CREATE TABLE waiters (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  state TEXT NOT NULL,
  live INTEGER,
  joined_at INTEGER NOT NULL,
  promised_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX waiters_place ON waiters (offer_id, n);
CREATE UNIQUE INDEX waiters_once ON waiters (member_id, offer_id, live);
CREATE INDEX waiters_next ON waiters (offer_id, state, n);
CREATE INDEX waiters_until ON waiters (state, until);
ALTER TABLE offers ADD COLUMN promised INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE offers DROP COLUMN waiting;
ALTER TABLE offers DROP COLUMN promised;
DROP TABLE waiters;
DROP TABLE appeals;
DROP TABLE judgements;
DROP TABLE gate_policies;
DROP TABLE risk_ranks;
DROP TABLE household_members;
DROP TABLE households;
DROP TABLE phones;
