-- +goose Up
CREATE TABLE followers (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  person TEXT NOT NULL,
  following INTEGER NOT NULL,
  at INTEGER NOT NULL,
  heard_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX followers_person ON followers (community_id, channel_id, person);

-- +goose Down
DROP TABLE followers;
