-- +goose Up
ALTER TABLE communities ADD COLUMN stopped_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN stopped_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN stop_note TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN chain_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN pause_note TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN full_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN chain_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN ad_label TEXT NOT NULL DEFAULT '广告';
ALTER TABLE placements ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE placements ADD COLUMN asked TEXT NOT NULL DEFAULT '';
CREATE INDEX placements_offer ON placements (community_id, offer_id);

CREATE TABLE vetoes (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX vetoes_once ON vetoes (community_id, offer_id, group_id);

CREATE TABLE refusals (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX refusals_once ON refusals (community_id, member_id, brand_id);

CREATE TABLE overlaps (
  group_id INTEGER NOT NULL,
  other_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  shared INTEGER NOT NULL,
  smaller INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (group_id, other_id)
);
CREATE INDEX overlaps_community ON overlaps (community_id, at);

CREATE TABLE organic_posts (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  idem TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  posts INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX organic_posts_idem ON organic_posts (community_id, idem);
CREATE INDEX organic_posts_group ON organic_posts (group_id, at);

CREATE TABLE records (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  ref INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  body BLOB,
  digest TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX records_chain ON records (community_id, group_id, seq);
CREATE INDEX records_ref ON records (ref, kind);
CREATE INDEX records_at ON records (verdict, at);

CREATE TABLE heartbeats (
  instance TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  drift INTEGER NOT NULL,
  behind INTEGER NOT NULL,
  suspect TEXT NOT NULL
);

-- +goose Down
DROP TABLE heartbeats;
DROP TABLE records;
DROP TABLE organic_posts;
DROP TABLE overlaps;
DROP TABLE refusals;
DROP TABLE vetoes;
DROP INDEX placements_offer;
ALTER TABLE placements DROP COLUMN asked;
ALTER TABLE placements DROP COLUMN origin;
ALTER TABLE offers DROP COLUMN ad_label;
ALTER TABLE offers DROP COLUMN category;
ALTER TABLE chat_groups DROP COLUMN chain_seq;
ALTER TABLE chat_groups DROP COLUMN chain;
ALTER TABLE chat_groups DROP COLUMN full_until;
ALTER TABLE chat_groups DROP COLUMN pause_note;
ALTER TABLE chat_groups DROP COLUMN paused_until;
ALTER TABLE communities DROP COLUMN chain_seq;
ALTER TABLE communities DROP COLUMN chain;
ALTER TABLE communities DROP COLUMN stop_note;
ALTER TABLE communities DROP COLUMN stopped_by;
ALTER TABLE communities DROP COLUMN stopped_at;
