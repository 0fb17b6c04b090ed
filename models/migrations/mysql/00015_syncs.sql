-- +goose Up
ALTER TABLE group_members ADD COLUMN inviter VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE group_members ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE syncs (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  open_key VARCHAR(64),
  state VARCHAR(64) NOT NULL,
  whole BOOLEAN NOT NULL,
  by_owner BOOLEAN NOT NULL,
  list_cursor VARCHAR(255) NOT NULL,
  owners_after VARCHAR(64) NOT NULL,
  total INT NOT NULL,
  done INT NOT NULL,
  changed INT NOT NULL,
  failed INT NOT NULL,
  calls INT NOT NULL,
  joined INT NOT NULL,
  departed INT NOT NULL,
  account_id BIGINT NOT NULL,
  error VARCHAR(500) NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX syncs_open ON syncs (open_key);
CREATE INDEX syncs_channel ON syncs (community_id, channel_id, id);

CREATE TABLE wecom_chats (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  chat_id VARCHAR(64) NOT NULL,
  group_id BIGINT NOT NULL,
  status INT NOT NULL,
  ver INT NOT NULL,
  member_version VARCHAR(64) NOT NULL,
  stale_version VARCHAR(64) NOT NULL,
  facts VARCHAR(64) NOT NULL,
  notice TEXT NOT NULL,
  admins TEXT NOT NULL,
  formed_at BIGINT NOT NULL,
  missed INT NOT NULL,
  listed_in BIGINT NOT NULL,
  read_in BIGINT NOT NULL,
  failed_in BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  gone_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX wecom_chats_chat ON wecom_chats (community_id, channel_id, chat_id);
CREATE INDEX wecom_chats_read ON wecom_chats (channel_id, read_at);

-- +goose Down
DROP TABLE wecom_chats;
DROP TABLE syncs;
ALTER TABLE group_members DROP COLUMN told_at;
ALTER TABLE group_members DROP COLUMN inviter;
