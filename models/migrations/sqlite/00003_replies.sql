-- +goose Up
ALTER TABLE inbox ADD COLUMN reply BLOB;
ALTER TABLE identities ADD COLUMN lang TEXT NOT NULL DEFAULT '';

CREATE TABLE reply_books (
  community_id INTEGER NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  hours TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE reply_rules (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  how TEXT NOT NULL,
  patterns TEXT NOT NULL,
  answers TEXT NOT NULL,
  position INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX reply_rules_order ON reply_rules (community_id, channel_id, position, id);

CREATE TABLE send_windows (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  person TEXT NOT NULL,
  kind TEXT NOT NULL,
  push_id INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  quota INTEGER NOT NULL,
  used INTEGER NOT NULL,
  closed_by TEXT NOT NULL
);
CREATE UNIQUE INDEX send_windows_person ON send_windows (channel_id, person, kind);
CREATE INDEX send_windows_old ON send_windows (closes_at);

CREATE TABLE messages (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  person TEXT NOT NULL,
  open_id TEXT NOT NULL,
  ukey TEXT NOT NULL,
  purpose TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  through TEXT NOT NULL,
  charged_at INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  reason TEXT NOT NULL,
  resume_at INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX messages_key ON messages (community_id, ukey);
CREATE INDEX messages_state ON messages (community_id, state, id);
CREATE INDEX messages_person ON messages (channel_id, person, state, id);

-- +goose Down
DROP TABLE messages;
DROP TABLE send_windows;
DROP TABLE reply_rules;
DROP TABLE reply_books;
ALTER TABLE identities DROP COLUMN lang;
ALTER TABLE inbox DROP COLUMN reply;
