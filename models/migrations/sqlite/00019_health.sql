-- +goose Up
CREATE TABLE group_healths (
  group_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  grade TEXT NOT NULL,
  badness INTEGER NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX group_healths_worst ON group_healths (community_id, badness, group_id);

-- +goose Down
DROP TABLE group_healths;
