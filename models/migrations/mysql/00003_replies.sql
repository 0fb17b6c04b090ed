-- +goose Up
ALTER TABLE inbox ADD COLUMN reply MEDIUMBLOB;
ALTER TABLE identities ADD COLUMN lang VARCHAR(16) NOT NULL DEFAULT '';

CREATE TABLE reply_books (
  community_id BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  hours TEXT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE reply_rules (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  how VARCHAR(16) NOT NULL,
  patterns TEXT NOT NULL,
  answers MEDIUMTEXT NOT NULL,
  position INT NOT NULL,
  enabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX reply_rules_order ON reply_rules (community_id, channel_id, position, id);

CREATE TABLE send_windows (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  person VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  push_id BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  quota INT NOT NULL,
  used INT NOT NULL,
  closed_by VARCHAR(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX send_windows_person ON send_windows (channel_id, person, kind);
CREATE INDEX send_windows_old ON send_windows (closes_at);

CREATE TABLE messages (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  person VARCHAR(64) NOT NULL,
  open_id VARCHAR(128) NOT NULL,
  ukey VARCHAR(160) NOT NULL,
  purpose VARCHAR(80) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  body MEDIUMTEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  through VARCHAR(16) NOT NULL,
  charged_at BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  reason VARCHAR(32) NOT NULL,
  resume_at BIGINT NOT NULL,
  last_error VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
