-- +goose Up
ALTER TABLE entries ADD COLUMN live_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN label VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN pick VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN slot_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN qr_expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN mini BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN linked BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN retired_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN invite_expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN counted_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entries_live ON entries (community_id, live_id);
CREATE INDEX touches_entry ON touches (community_id, entry_id, kind);

CREATE TABLE qr_slots (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  ticket VARCHAR(255) NOT NULL,
  url VARCHAR(512) NOT NULL,
  state VARCHAR(16) NOT NULL,
  entry_id BIGINT NOT NULL,
  reserved_at BIGINT NOT NULL,
  free_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX qr_slots_code ON qr_slots (channel_id, code);
CREATE INDEX qr_slots_state ON qr_slots (channel_id, state, free_at, id);

CREATE TABLE slot_uses (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  slot_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  from_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX slot_uses_from ON slot_uses (slot_id, from_at);

CREATE TABLE url_links (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  path VARCHAR(255) NOT NULL,
  url VARCHAR(255) NOT NULL,
  expires_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX url_links_path ON url_links (community_id, app_id, path);

CREATE TABLE join_ways (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  config_id VARCHAR(64) NOT NULL,
  url VARCHAR(512) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX join_ways_once ON join_ways (entry_id, group_id);

CREATE TABLE live_codes (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  rule_name VARCHAR(16) NOT NULL,
  margin INT NOT NULL,
  paused BOOLEAN NOT NULL,
  retired_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX live_codes_community ON live_codes (community_id, id);

CREATE TABLE live_rooms (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  live_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  place INT NOT NULL,
  city VARCHAR(64) NOT NULL,
  tag VARCHAR(64) NOT NULL,
  rolls BOOLEAN NOT NULL,
  paused BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX live_rooms_once ON live_rooms (live_id, group_id);
CREATE INDEX live_rooms_group ON live_rooms (community_id, group_id);

CREATE TABLE live_seats (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  live_id BIGINT NOT NULL,
  visitor VARCHAR(64) NOT NULL,
  group_id BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX live_seats_once ON live_seats (live_id, visitor);
CREATE INDEX live_seats_group ON live_seats (community_id, group_id, seen_at);

CREATE TABLE entry_visits (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  visitor VARCHAR(64) NOT NULL,
  kept BOOLEAN NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX entry_visits_once ON entry_visits (entry_id, visitor);
CREATE INDEX entry_visits_community ON entry_visits (community_id, entry_id);

CREATE TABLE warnings (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  object VARCHAR(80) NOT NULL,
  episode VARCHAR(80) NOT NULL,
  args TEXT NOT NULL,
  at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX warnings_once ON warnings (community_id, kind, object, episode);
CREATE INDEX warnings_open ON warnings (community_id, seen_at, id);

-- Every permanent QR code made so far takes one of the account's 100,000: its scene is its entry's code.
INSERT INTO qr_slots (id, community_id, channel_id, code, ticket, url, state, entry_id, reserved_at, free_at, created_at)
  SELECT e.id, e.community_id, (SELECT MIN(c.id) FROM channels c WHERE c.community_id = e.community_id AND c.kind = 'official'), e.code, e.ticket, e.url, 'bound', e.id, e.created_at, 0, e.created_at
  FROM entries e WHERE e.ticket <> '' AND (SELECT MIN(c.id) FROM channels c WHERE c.community_id = e.community_id AND c.kind = 'official') IS NOT NULL;
INSERT INTO slot_uses (id, community_id, slot_id, entry_id, from_at)
  SELECT id, community_id, id, entry_id, created_at FROM qr_slots;
UPDATE entries SET slot_id = id WHERE id IN (SELECT id FROM qr_slots);

-- +goose Down
DROP TABLE warnings;
DROP TABLE entry_visits;
DROP TABLE live_seats;
DROP TABLE live_rooms;
DROP TABLE live_codes;
DROP TABLE join_ways;
DROP TABLE url_links;
DROP TABLE slot_uses;
DROP TABLE qr_slots;
DROP INDEX touches_entry ON touches;
DROP INDEX entries_live ON entries;
ALTER TABLE chat_groups DROP COLUMN counted_at;
ALTER TABLE chat_groups DROP COLUMN invite_expires_at;
ALTER TABLE entries DROP COLUMN retired_at;
ALTER TABLE entries DROP COLUMN linked;
ALTER TABLE entries DROP COLUMN mini;
ALTER TABLE entries DROP COLUMN qr_expires_at;
ALTER TABLE entries DROP COLUMN slot_id;
ALTER TABLE entries DROP COLUMN pick;
ALTER TABLE entries DROP COLUMN label;
ALTER TABLE entries DROP COLUMN live_id;
