-- +goose Up
ALTER TABLE group_members ADD COLUMN inviter TEXT NOT NULL DEFAULT '';
ALTER TABLE group_members ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE syncs (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  open_key TEXT,
  state TEXT NOT NULL,
  whole INTEGER NOT NULL,
  by_owner INTEGER NOT NULL,
  list_cursor TEXT NOT NULL,
  owners_after TEXT NOT NULL,
  total INTEGER NOT NULL,
  done INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  departed INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  error TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX syncs_open ON syncs (open_key);
CREATE INDEX syncs_channel ON syncs (community_id, channel_id, id);

CREATE TABLE wecom_chats (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  chat_id TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  ver INTEGER NOT NULL,
  member_version TEXT NOT NULL,
  stale_version TEXT NOT NULL,
  facts TEXT NOT NULL,
  notice TEXT NOT NULL,
  admins TEXT NOT NULL,
  formed_at INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  listed_in INTEGER NOT NULL,
  read_in INTEGER NOT NULL,
  failed_in INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX wecom_chats_chat ON wecom_chats (community_id, channel_id, chat_id);
CREATE INDEX wecom_chats_read ON wecom_chats (channel_id, read_at);

-- +goose Down
DROP TABLE wecom_chats;
DROP TABLE syncs;
ALTER TABLE group_members DROP COLUMN told_at;
ALTER TABLE group_members DROP COLUMN inviter;
