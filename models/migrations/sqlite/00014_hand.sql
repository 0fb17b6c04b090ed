-- +goose Up
ALTER TABLE placement_events ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;
UPDATE placement_events SET group_id = COALESCE((SELECT p.group_id FROM placements p WHERE p.id = placement_events.placement_id), 0);
CREATE INDEX placement_events_group ON placement_events (group_id, at);
ALTER TABLE chat_groups ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN done_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE templates ADD COLUMN purpose TEXT NOT NULL DEFAULT '';

CREATE TABLE sightings (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  home_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX sightings_once ON sightings (community_id, subject, group_id, member_id);
CREATE INDEX sightings_home ON sightings (community_id, home_id, group_id);
CREATE INDEX sightings_member ON sightings (member_id);

CREATE TABLE tellings (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  way TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  notice_id INTEGER NOT NULL,
  tasks INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX tellings_account ON tellings (community_id, account_id, id);

CREATE TABLE told_tasks (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  telling_id INTEGER NOT NULL,
  task_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  round INTEGER NOT NULL
);
CREATE UNIQUE INDEX told_tasks_once ON told_tasks (task_id, account_id, round);
CREATE INDEX told_tasks_telling ON told_tasks (telling_id);

-- +goose Down
DROP TABLE told_tasks;
DROP TABLE tellings;
DROP TABLE sightings;
ALTER TABLE templates DROP COLUMN purpose;
ALTER TABLE tasks DROP COLUMN done_by;
ALTER TABLE chat_groups DROP COLUMN merged_into;
DROP INDEX placement_events_group;
ALTER TABLE placement_events DROP COLUMN group_id;
