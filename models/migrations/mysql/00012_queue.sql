-- +goose Up
ALTER TABLE tasks ADD COLUMN subject VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN run_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN account_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN envelope_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reminded INT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reminded_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN proof VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN why VARCHAR(32) NOT NULL DEFAULT '';
UPDATE tasks SET subject = CONCAT('p:', placement_id), opened_at = CASE WHEN state IN ('open', 'done') THEN created_at ELSE 0 END;
DROP INDEX tasks_placement ON tasks;
CREATE INDEX tasks_placement ON tasks (placement_id);
CREATE UNIQUE INDEX tasks_subject ON tasks (community_id, subject);
CREATE INDEX tasks_envelope ON tasks (envelope_id);
CREATE INDEX tasks_group ON tasks (group_id, id);

CREATE TABLE envelopes (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  owner_user_id VARCHAR(64) NOT NULL,
  code VARCHAR(32) NOT NULL,
  content VARCHAR(32) NOT NULL,
  day INT NOT NULL,
  state VARCHAR(16) NOT NULL,
  msg_id VARCHAR(128) NOT NULL,
  called_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  reminded INT NOT NULL,
  reminded_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX envelopes_code ON envelopes (community_id, code);
CREATE INDEX envelopes_state ON envelopes (community_id, state, id);
CREATE INDEX envelopes_owner ON envelopes (community_id, owner_user_id, day);

ALTER TABLE chat_groups ADD COLUMN keeper_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN deputy_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN gone_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN member_version VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE chat_groups ADD COLUMN synced_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE chat_groups DROP COLUMN synced_at;
ALTER TABLE chat_groups DROP COLUMN member_version;
ALTER TABLE chat_groups DROP COLUMN gone_at;
ALTER TABLE chat_groups DROP COLUMN deputy_id;
ALTER TABLE chat_groups DROP COLUMN keeper_id;
DROP TABLE envelopes;
DROP INDEX tasks_group ON tasks;
DROP INDEX tasks_envelope ON tasks;
DROP INDEX tasks_subject ON tasks;
DROP INDEX tasks_placement ON tasks;
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
