-- +goose Up
ALTER TABLE envelopes ADD COLUMN void BOOLEAN NOT NULL DEFAULT 0;

-- What owners have from before there were envelopes: one for each task, known by the placement's code.
INSERT INTO envelopes (id, community_id, channel_id, owner_user_id, code, content, day, state, msg_id, called_at, opened_at,
  sent_at, due_at, reminded, reminded_at, closed_at, created_at)
SELECT t.id, t.community_id, COALESCE((SELECT MIN(c.id) FROM channels c WHERE c.community_id = t.community_id AND c.kind = 'wecom'), 0),
  t.owner_user_id, p.code, CONCAT('o:', p.offer_id), t.created_at DIV 86400000, t.state, t.msg_id, t.called_at, t.opened_at,
  0, t.due_at, 0, 0, 0, t.created_at
FROM tasks t JOIN placements p ON p.id = t.placement_id
WHERE t.kind = 'wecom' AND t.state IN ('calling', 'open');
UPDATE tasks SET envelope_id = id WHERE kind = 'wecom' AND state IN ('calling', 'open');

CREATE INDEX tasks_owner ON tasks (community_id, owner_user_id, state);

CREATE TABLE media_uploads (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  media_id VARCHAR(255) NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX media_uploads_hash ON media_uploads (community_id, channel_id, hash);
CREATE INDEX media_uploads_expires ON media_uploads (expires_at);

CREATE TABLE mass_messages (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  msg_id VARCHAR(128) NOT NULL,
  creator VARCHAR(64) NOT NULL,
  envelope_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  sponsored BOOLEAN NOT NULL,
  made_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  next_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX mass_messages_msg ON mass_messages (community_id, channel_id, msg_id);
CREATE INDEX mass_messages_next ON mass_messages (community_id, state, next_at);

CREATE TABLE mass_scans (
  channel_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  upto BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE chat_groups ADD COLUMN quota_per VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN quota_most INT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_today INT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_week INT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_month INT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE chat_groups DROP COLUMN quota_month;
ALTER TABLE chat_groups DROP COLUMN quota_week;
ALTER TABLE chat_groups DROP COLUMN quota_today;
ALTER TABLE chat_groups DROP COLUMN quota_at;
ALTER TABLE chat_groups DROP COLUMN quota_most;
ALTER TABLE chat_groups DROP COLUMN quota_per;
DROP TABLE mass_scans;
DROP TABLE mass_messages;
DROP TABLE media_uploads;
DROP INDEX tasks_owner ON tasks;
ALTER TABLE envelopes DROP COLUMN void;
