-- +goose Up
ALTER TABLE communities ADD COLUMN stopped_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN stopped_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE communities ADD COLUMN stop_note VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN chain VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN chain_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN paused_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN pause_note VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN full_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN chain VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN chain_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN category VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN ad_label VARCHAR(32) NOT NULL DEFAULT '广告';
ALTER TABLE placements ADD COLUMN origin VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE placements ADD COLUMN asked VARCHAR(64) NOT NULL DEFAULT '';
CREATE INDEX placements_offer ON placements (community_id, offer_id);

CREATE TABLE vetoes (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX vetoes_once ON vetoes (community_id, offer_id, group_id);

CREATE TABLE refusals (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX refusals_once ON refusals (community_id, member_id, brand_id);

CREATE TABLE overlaps (
  group_id BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  community_id BIGINT NOT NULL,
  shared INT NOT NULL,
  smaller INT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (group_id, other_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX overlaps_community ON overlaps (community_id, at);

CREATE TABLE organic_posts (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  idem VARCHAR(64) NOT NULL,
  group_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  posts INT NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX organic_posts_idem ON organic_posts (community_id, idem);
CREATE INDEX organic_posts_group ON organic_posts (group_id, at);

CREATE TABLE records (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  ref BIGINT NOT NULL,
  verdict VARCHAR(16) NOT NULL,
  body BLOB,
  digest VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX records_chain ON records (community_id, group_id, seq);
CREATE INDEX records_ref ON records (ref, kind);
CREATE INDEX records_at ON records (verdict, at);

CREATE TABLE heartbeats (
  instance VARCHAR(64) NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  drift BIGINT NOT NULL,
  behind BIGINT NOT NULL,
  suspect VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE heartbeats;
DROP TABLE records;
DROP TABLE organic_posts;
DROP TABLE overlaps;
DROP TABLE refusals;
DROP TABLE vetoes;
DROP INDEX placements_offer ON placements;
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
