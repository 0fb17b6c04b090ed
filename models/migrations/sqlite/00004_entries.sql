-- +goose Up
ALTER TABLE entries ADD COLUMN live_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN pick TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN slot_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN qr_expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN mini INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN retired_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN invite_expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN counted_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entries_live ON entries (community_id, live_id);
CREATE INDEX touches_entry ON touches (community_id, entry_id, kind);

CREATE TABLE qr_slots (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  ticket TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL,
  entry_id INTEGER NOT NULL,
  reserved_at INTEGER NOT NULL,
  free_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX qr_slots_code ON qr_slots (channel_id, code);
CREATE INDEX qr_slots_state ON qr_slots (channel_id, state, free_at, id);

CREATE TABLE slot_uses (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  slot_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  from_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX slot_uses_from ON slot_uses (slot_id, from_at);

CREATE TABLE url_links (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  path TEXT NOT NULL,
  url TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX url_links_path ON url_links (community_id, app_id, path);

CREATE TABLE join_ways (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  config_id TEXT NOT NULL,
  url TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX join_ways_once ON join_ways (entry_id, group_id);

CREATE TABLE live_codes (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  rule_name TEXT NOT NULL,
  margin INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  retired_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX live_codes_community ON live_codes (community_id, id);

CREATE TABLE live_rooms (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  live_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  place INTEGER NOT NULL,
  city TEXT NOT NULL,
  tag TEXT NOT NULL,
  rolls INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX live_rooms_once ON live_rooms (live_id, group_id);
CREATE INDEX live_rooms_group ON live_rooms (community_id, group_id);

CREATE TABLE live_seats (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  live_id INTEGER NOT NULL,
  visitor TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX live_seats_once ON live_seats (live_id, visitor);
CREATE INDEX live_seats_group ON live_seats (community_id, group_id, seen_at);

CREATE TABLE entry_visits (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  visitor TEXT NOT NULL,
  kept INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX entry_visits_once ON entry_visits (entry_id, visitor);
CREATE INDEX entry_visits_community ON entry_visits (community_id, entry_id);

CREATE TABLE warnings (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  episode TEXT NOT NULL,
  args TEXT NOT NULL,
  at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
);
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
DROP INDEX touches_entry;
DROP INDEX entries_live;
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
