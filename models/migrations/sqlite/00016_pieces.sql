-- +goose Up
CREATE TABLE pieces (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  rev INTEGER NOT NULL,
  audience_json TEXT NOT NULL,
  schedule_json TEXT NOT NULL,
  zone TEXT NOT NULL,
  window_for INTEGER NOT NULL,
  exact INTEGER NOT NULL,
  state TEXT NOT NULL,
  ver INTEGER NOT NULL,
  planned_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX pieces_state ON pieces (community_id, state, id);

CREATE TABLE piece_contents (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  piece_id INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  picture_id INTEGER NOT NULL,
  attach_kind TEXT NOT NULL,
  attach_title TEXT NOT NULL,
  attach_desc TEXT NOT NULL,
  attach_url TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX piece_contents_rev ON piece_contents (piece_id, rev);
CREATE INDEX piece_contents_picture ON piece_contents (picture_id);

CREATE TABLE piece_pictures (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  hash TEXT NOT NULL,
  mime TEXT NOT NULL,
  size INTEGER NOT NULL,
  body BLOB NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX piece_pictures_hash ON piece_pictures (community_id, hash);

CREATE TABLE runs (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  idem TEXT NOT NULL,
  code TEXT NOT NULL,
  piece_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  handed_at INTEGER NOT NULL,
  posted_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX runs_idem ON runs (community_id, idem);
CREATE UNIQUE INDEX runs_code ON runs (community_id, code);
CREATE INDEX runs_state ON runs (community_id, state, from_at);
CREATE INDEX runs_piece ON runs (piece_id, due_at, id);
CREATE INDEX runs_group ON runs (group_id, due_at);

CREATE TABLE owner_talks (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  owner_user_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  talkers INTEGER NOT NULL,
  chats_talking INTEGER NOT NULL,
  chats INTEGER NOT NULL,
  total INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX owner_talks_day ON owner_talks (channel_id, owner_user_id, day);
CREATE INDEX owner_talks_community ON owner_talks (community_id, day);

-- +goose Down
DROP TABLE owner_talks;
DROP TABLE runs;
DROP TABLE piece_pictures;
DROP TABLE piece_contents;
DROP TABLE pieces;
