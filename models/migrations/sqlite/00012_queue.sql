-- +goose Up
ALTER TABLE tasks ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN run_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN envelope_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN opened_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reminded_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN why TEXT NOT NULL DEFAULT '';
UPDATE tasks SET subject = 'p:' || placement_id, opened_at = CASE WHEN state IN ('open', 'done') THEN created_at ELSE 0 END;
DROP INDEX tasks_placement;
CREATE INDEX tasks_placement ON tasks (placement_id);
CREATE UNIQUE INDEX tasks_subject ON tasks (community_id, subject);
CREATE INDEX tasks_envelope ON tasks (envelope_id);
CREATE INDEX tasks_group ON tasks (group_id, id);

CREATE TABLE envelopes (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  owner_user_id TEXT NOT NULL,
  code TEXT NOT NULL,
  content TEXT NOT NULL,
  day INTEGER NOT NULL,
  state TEXT NOT NULL,
  msg_id TEXT NOT NULL,
  called_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  reminded INTEGER NOT NULL,
  reminded_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX envelopes_code ON envelopes (community_id, code);
CREATE INDEX envelopes_state ON envelopes (community_id, state, id);
CREATE INDEX envelopes_owner ON envelopes (community_id, owner_user_id, day);

ALTER TABLE chat_groups ADD COLUMN keeper_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN deputy_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN gone_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN member_version TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN synced_at INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE chat_groups DROP COLUMN synced_at;
ALTER TABLE chat_groups DROP COLUMN member_version;
ALTER TABLE chat_groups DROP COLUMN gone_at;
ALTER TABLE chat_groups DROP COLUMN deputy_id;
ALTER TABLE chat_groups DROP COLUMN keeper_id;
DROP TABLE envelopes;
DROP INDEX tasks_group;
DROP INDEX tasks_envelope;
DROP INDEX tasks_subject;
DROP INDEX tasks_placement;
DELETE FROM tasks WHERE placement_id = 0;
CREATE UNIQUE INDEX tasks_placement ON tasks (placement_id);
ALTER TABLE tasks DROP COLUMN why;
ALTER TABLE tasks DROP COLUMN proof;
ALTER TABLE tasks DROP COLUMN reminded_at;
ALTER TABLE tasks DROP COLUMN reminded;
ALTER TABLE tasks DROP COLUMN opened_at;
ALTER TABLE tasks DROP COLUMN envelope_id;
ALTER TABLE tasks DROP COLUMN account_id;
ALTER TABLE tasks DROP COLUMN run_id;
ALTER TABLE tasks DROP COLUMN subject;
