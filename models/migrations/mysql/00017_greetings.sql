-- +goose Up
CREATE TABLE welcomes (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  name VARCHAR(120) NOT NULL,
  enabled BOOLEAN NOT NULL,
  entry_id BIGINT NOT NULL,
  video_id BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  texts TEXT NOT NULL,
  part TEXT NOT NULL,
  channel_id BIGINT NOT NULL,
  template_id VARCHAR(128) NOT NULL,
  sync VARCHAR(16) NOT NULL,
  problem VARCHAR(255) NOT NULL,
  remote TEXT NOT NULL,
  called_at BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX welcomes_community ON welcomes (community_id, kind, id);

CREATE TABLE group_welcomes (
  group_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  welcome_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  on_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX group_welcomes_welcome ON group_welcomes (community_id, welcome_id);

CREATE TABLE greetings (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  push_id BIGINT NOT NULL,
  welcome_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  code INT NOT NULL,
  tries INT NOT NULL,
  took BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX greetings_push ON greetings (push_id);
CREATE INDEX greetings_created ON greetings (community_id, created_at);

CREATE TABLE live_cards (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  task_id BIGINT NOT NULL,
  placement_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  why VARCHAR(255) NOT NULL,
  state VARCHAR(64) NOT NULL,
  activity_id VARCHAR(128) NOT NULL,
  template_id VARCHAR(128) NOT NULL,
  target INT NOT NULL,
  said VARCHAR(64) NOT NULL,
  expires_at BIGINT NOT NULL,
  called_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  problem VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX live_cards_task ON live_cards (task_id);
CREATE INDEX live_cards_offer ON live_cards (community_id, offer_id, state);
CREATE INDEX live_cards_placement ON live_cards (community_id, placement_id);

ALTER TABLE channels ADD COLUMN cards VARCHAR(1024) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE channels DROP COLUMN cards;
DROP TABLE live_cards;
DROP TABLE greetings;
DROP TABLE group_welcomes;
DROP TABLE welcomes;
