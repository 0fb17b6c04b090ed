-- +goose Up
ALTER TABLE accounts ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN away_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET scope = 'owner' WHERE role = 'organiser';
ALTER TABLE warnings ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE warnings ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE warnings ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE warnings ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;
UPDATE warnings SET told_at = at, group_id = CASE WHEN object LIKE 'group:%' THEN CAST(SUBSTR(object, 7) AS INTEGER) ELSE 0 END;

CREATE TABLE invitations (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  code_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX invitations_code ON invitations (code_hash);
CREATE INDEX invitations_community ON invitations (community_id, id);

CREATE TABLE staff_users (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  corp_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  left_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX staff_users_once ON staff_users (community_id, corp_id, user_id);

CREATE TABLE health_limits (
  community_id INTEGER NOT NULL PRIMARY KEY,
  limits_json TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);

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
