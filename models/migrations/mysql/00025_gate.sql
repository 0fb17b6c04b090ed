-- +goose Up
CREATE TABLE phones (
  member_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  hash VARBINARY(32) NOT NULL,
  tail_hash VARBINARY(32) NOT NULL,
  sealed VARBINARY(128) NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX phones_hash ON phones (community_id, hash);
CREATE INDEX phones_tail ON phones (community_id, tail_hash);

CREATE TABLE households (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  phone_hash VARBINARY(32),
  merged_into BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX households_phone ON households (community_id, phone_hash);

CREATE TABLE household_members (
  member_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  household_id BIGINT NOT NULL,
  by_hand BOOLEAN NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX household_members_home ON household_members (community_id, household_id);

CREATE TABLE risk_ranks (
  member_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  community_id BIGINT NOT NULL,
  level INT NOT NULL,
  note VARCHAR(32) NOT NULL,
  asked_at BIGINT NOT NULL,
  again_at BIGINT NOT NULL,
  PRIMARY KEY (member_id, app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE gate_policies (
  community_id BIGINT NOT NULL PRIMARY KEY,
  policy_json TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE judgements (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  verdict VARCHAR(16) NOT NULL,
  reasons VARCHAR(160) NOT NULL,
  score INT NOT NULL,
  shadow BOOLEAN NOT NULL,
  hour BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX judgements_once ON judgements (member_id, offer_id, verdict, hour);
CREATE INDEX judgements_community ON judgements (community_id, at);

CREATE TABLE appeals (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  reasons VARCHAR(160) NOT NULL,
  body VARCHAR(1000) NOT NULL,
  state VARCHAR(16) NOT NULL,
  live INT,
  created_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  until BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX appeals_once ON appeals (member_id, offer_id, live);
CREATE INDEX appeals_state ON appeals (community_id, state, id);
CREATE INDEX appeals_cleared ON appeals (member_id, until);

CREATE TABLE waiters (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  n INT NOT NULL,
  state VARCHAR(16) NOT NULL,
  live INT,
  joined_at BIGINT NOT NULL,
  promised_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX waiters_place ON waiters (offer_id, n);
CREATE UNIQUE INDEX waiters_once ON waiters (member_id, offer_id, live);
CREATE INDEX waiters_next ON waiters (offer_id, state, n);
CREATE INDEX waiters_until ON waiters (state, until);
ALTER TABLE offers ADD COLUMN promised INT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN waiting INT NOT NULL DEFAULT 0;

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
