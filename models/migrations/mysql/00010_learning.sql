-- +goose Up
ALTER TABLE group_members ADD COLUMN removed BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN removals INT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN removals_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE group_days (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  day INT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  members INT NOT NULL,
  member_days DOUBLE NOT NULL,
  joins INT NOT NULL,
  quits INT NOT NULL,
  removals INT NOT NULL,
  posts INT NOT NULL,
  clicks INT NOT NULL,
  claims INT NOT NULL,
  complaints INT NOT NULL,
  vetoes INT NOT NULL,
  felt_short DOUBLE NOT NULL,
  felt DOUBLE NOT NULL,
  felt_long DOUBLE NOT NULL,
  best DOUBLE NOT NULL,
  score DOUBLE NOT NULL,
  threshold DOUBLE NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX group_days_once ON group_days (group_id, day);
CREATE INDEX group_days_community ON group_days (community_id, to_at);

CREATE TABLE post_results (
  placement_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  category BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  reach INT NOT NULL,
  weight DOUBLE NOT NULL,
  novelty DOUBLE NOT NULL,
  clicks INT NOT NULL,
  claims INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX post_results_community ON post_results (community_id, sent_at);

CREATE TABLE learnings (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  version INT NOT NULL,
  day INT NOT NULL,
  observed INT NOT NULL,
  as_of BIGINT NOT NULL,
  forget_at BIGINT NOT NULL,
  state BLOB,
  base BLOB,
  base_day INT NOT NULL,
  score DOUBLE NOT NULL,
  h0 DOUBLE NOT NULL,
  phi DOUBLE NOT NULL,
  ctr DOUBLE NOT NULL,
  per_week DOUBLE NOT NULL,
  breaker_at BIGINT NOT NULL,
  breaker_until BIGINT NOT NULL,
  breaker_quits INT NOT NULL,
  breaker_expected DOUBLE NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX learnings_community ON learnings (community_id, day);

CREATE TABLE ratios (
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  ref BIGINT NOT NULL,
  hits DOUBLE NOT NULL,
  foreseen DOUBLE NOT NULL,
  PRIMARY KEY (community_id, group_id, kind, ref)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE priors (
  community_id BIGINT NOT NULL PRIMARY KEY,
  version INT NOT NULL,
  as_of BIGINT NOT NULL,
  state BLOB,
  groups_seen INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE priors;
DROP TABLE ratios;
DROP TABLE learnings;
DROP TABLE post_results;
DROP TABLE group_days;
ALTER TABLE chat_groups DROP COLUMN removals_at;
ALTER TABLE chat_groups DROP COLUMN removals;
ALTER TABLE group_members DROP COLUMN removed;
