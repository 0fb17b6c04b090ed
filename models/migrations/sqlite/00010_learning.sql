-- +goose Up
ALTER TABLE group_members ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN removals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN removals_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE group_days (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  members INTEGER NOT NULL,
  member_days REAL NOT NULL,
  joins INTEGER NOT NULL,
  quits INTEGER NOT NULL,
  removals INTEGER NOT NULL,
  posts INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  complaints INTEGER NOT NULL,
  vetoes INTEGER NOT NULL,
  felt_short REAL NOT NULL,
  felt REAL NOT NULL,
  felt_long REAL NOT NULL,
  best REAL NOT NULL,
  score REAL NOT NULL,
  threshold REAL NOT NULL
);
CREATE UNIQUE INDEX group_days_once ON group_days (group_id, day);
CREATE INDEX group_days_community ON group_days (community_id, to_at);

CREATE TABLE post_results (
  placement_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  category INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  reach INTEGER NOT NULL,
  weight REAL NOT NULL,
  novelty REAL NOT NULL,
  clicks INTEGER NOT NULL,
  claims INTEGER NOT NULL
);
CREATE INDEX post_results_community ON post_results (community_id, sent_at);

CREATE TABLE learnings (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  day INTEGER NOT NULL,
  observed INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  forget_at INTEGER NOT NULL,
  state BLOB,
  base BLOB,
  base_day INTEGER NOT NULL,
  score REAL NOT NULL,
  h0 REAL NOT NULL,
  phi REAL NOT NULL,
  ctr REAL NOT NULL,
  per_week REAL NOT NULL,
  breaker_at INTEGER NOT NULL,
  breaker_until INTEGER NOT NULL,
  breaker_quits INTEGER NOT NULL,
  breaker_expected REAL NOT NULL
);
CREATE INDEX learnings_community ON learnings (community_id, day);

CREATE TABLE ratios (
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  ref INTEGER NOT NULL,
  hits REAL NOT NULL,
  foreseen REAL NOT NULL,
  PRIMARY KEY (community_id, group_id, kind, ref)
);

CREATE TABLE priors (
  community_id INTEGER NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  state BLOB,
  groups_seen INTEGER NOT NULL
);

-- +goose Down
DROP TABLE priors;
DROP TABLE ratios;
DROP TABLE learnings;
DROP TABLE post_results;
DROP TABLE group_days;
ALTER TABLE chat_groups DROP COLUMN removals_at;
ALTER TABLE chat_groups DROP COLUMN removals;
ALTER TABLE group_members DROP COLUMN removed;
