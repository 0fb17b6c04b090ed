-- +goose Up
ALTER TABLE placement_events ADD COLUMN group_id BIGINT NOT NULL DEFAULT 0;
UPDATE placement_events e JOIN placements p ON p.id = e.placement_id SET e.group_id = p.group_id;
CREATE INDEX placement_events_group ON placement_events (group_id, at);
ALTER TABLE chat_groups ADD COLUMN merged_into BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN done_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE templates ADD COLUMN purpose VARCHAR(32) NOT NULL DEFAULT '';

CREATE TABLE sightings (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  subject VARCHAR(32) NOT NULL,
  home_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX sightings_once ON sightings (community_id, subject, group_id, member_id);
CREATE INDEX sightings_home ON sightings (community_id, home_id, group_id);
CREATE INDEX sightings_member ON sightings (member_id);

CREATE TABLE tellings (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  way VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  why VARCHAR(200) NOT NULL,
  message_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  tasks INT NOT NULL,
  done_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX tellings_account ON tellings (community_id, account_id, id);

CREATE TABLE told_tasks (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  telling_id BIGINT NOT NULL,
  task_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  round INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX told_tasks_once ON told_tasks (task_id, account_id, round);
CREATE INDEX told_tasks_telling ON told_tasks (telling_id);

-- +goose Down
DROP TABLE told_tasks;
DROP TABLE tellings;
DROP TABLE sightings;
ALTER TABLE templates DROP COLUMN purpose;
ALTER TABLE tasks DROP COLUMN done_by;
ALTER TABLE chat_groups DROP COLUMN merged_into;
DROP INDEX placement_events_group ON placement_events;
ALTER TABLE placement_events DROP COLUMN group_id;
