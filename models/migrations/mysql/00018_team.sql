-- +goose Up
ALTER TABLE accounts ADD COLUMN scope VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN away_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN left_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET scope = 'owner' WHERE role = 'organiser';
ALTER TABLE warnings ADD COLUMN group_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE warnings ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE warnings ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE warnings ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
UPDATE warnings SET told_at = at, group_id = CASE WHEN object LIKE 'group:%' THEN CAST(SUBSTRING(object, 7) AS SIGNED) ELSE 0 END;

CREATE TABLE invitations (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  code_hash VARCHAR(64) NOT NULL,
  name VARCHAR(120) NOT NULL,
  scope VARCHAR(16) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX invitations_code ON invitations (code_hash);
CREATE INDEX invitations_community ON invitations (community_id, id);

CREATE TABLE staff_users (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  corp_id VARCHAR(64) NOT NULL,
  user_id VARCHAR(64) NOT NULL,
  name VARCHAR(120) NOT NULL,
  account_id BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  left_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX staff_users_once ON staff_users (community_id, corp_id, user_id);

CREATE TABLE health_limits (
  community_id BIGINT NOT NULL PRIMARY KEY,
  limits_json TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE health_limits;
DROP TABLE staff_users;
DROP TABLE invitations;
ALTER TABLE warnings DROP COLUMN told_at;
ALTER TABLE warnings DROP COLUMN closed_at;
ALTER TABLE warnings DROP COLUMN urgent;
ALTER TABLE warnings DROP COLUMN group_id;
ALTER TABLE accounts DROP COLUMN told_at;
ALTER TABLE accounts DROP COLUMN left_at;
ALTER TABLE accounts DROP COLUMN away_until;
ALTER TABLE accounts DROP COLUMN scope;
