-- +goose Up
CREATE TABLE welcomes (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  video_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  texts TEXT NOT NULL,
  part TEXT NOT NULL,
  channel_id INTEGER NOT NULL,
  template_id TEXT NOT NULL,
  sync TEXT NOT NULL,
  problem TEXT NOT NULL,
  remote TEXT NOT NULL,
  called_at INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX welcomes_community ON welcomes (community_id, kind, id);

CREATE TABLE group_welcomes (
  group_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  welcome_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  on_at INTEGER NOT NULL
);
CREATE INDEX group_welcomes_welcome ON group_welcomes (community_id, welcome_id);

CREATE TABLE greetings (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  push_id INTEGER NOT NULL,
  welcome_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  code INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  took INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX greetings_push ON greetings (push_id);
CREATE INDEX greetings_created ON greetings (community_id, created_at);

CREATE TABLE live_cards (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  task_id INTEGER NOT NULL,
  placement_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  why TEXT NOT NULL,
  state TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  target INTEGER NOT NULL,
  said TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  called_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  problem TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX live_cards_task ON live_cards (task_id);
CREATE INDEX live_cards_offer ON live_cards (community_id, offer_id, state);
CREATE INDEX live_cards_placement ON live_cards (community_id, placement_id);

ALTER TABLE channels ADD COLUMN cards TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE channels DROP COLUMN cards;
DROP TABLE live_cards;
DROP TABLE greetings;
DROP TABLE group_welcomes;
DROP TABLE welcomes;
