-- +goose Up
ALTER TABLE envelopes ADD COLUMN void INTEGER NOT NULL DEFAULT 0;

-- What owners have from before there were envelopes: one for each task, known by the placement's code.
INSERT INTO envelopes (id, community_id, channel_id, owner_user_id, code, content, day, state, msg_id, called_at, opened_at,
  sent_at, due_at, reminded, reminded_at, closed_at, created_at)
SELECT t.id, t.community_id, COALESCE((SELECT MIN(c.id) FROM channels c WHERE c.community_id = t.community_id AND c.kind = 'wecom'), 0),
  t.owner_user_id, p.code, 'o:' || p.offer_id, t.created_at/86400000, t.state, t.msg_id, t.called_at, t.opened_at,
  0, t.due_at, 0, 0, 0, t.created_at
FROM tasks t JOIN placements p ON p.id = t.placement_id
WHERE t.kind = 'wecom' AND t.state IN ('calling', 'open');
UPDATE tasks SET envelope_id = id WHERE kind = 'wecom' AND state IN ('calling', 'open');

CREATE INDEX tasks_owner ON tasks (community_id, owner_user_id, state);

CREATE TABLE media_uploads (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  hash TEXT NOT NULL,
  media_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX media_uploads_hash ON media_uploads (community_id, channel_id, hash);
CREATE INDEX media_uploads_expires ON media_uploads (expires_at);

CREATE TABLE mass_messages (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  msg_id TEXT NOT NULL,
  creator TEXT NOT NULL,
  envelope_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  sponsored INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX mass_messages_msg ON mass_messages (community_id, channel_id, msg_id);
CREATE INDEX mass_messages_next ON mass_messages (community_id, state, next_at);

CREATE TABLE mass_scans (
  channel_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  upto INTEGER NOT NULL
);

ALTER TABLE chat_groups ADD COLUMN quota_per TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN quota_most INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_today INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_week INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN quota_month INTEGER NOT NULL DEFAULT 0;

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
DROP INDEX tasks_owner;
ALTER TABLE envelopes DROP COLUMN void;
