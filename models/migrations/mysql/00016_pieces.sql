-- +goose Up
CREATE TABLE pieces (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  title VARCHAR(120) NOT NULL,
  rev INT NOT NULL,
  audience_json TEXT NOT NULL,
  schedule_json TEXT NOT NULL,
  zone VARCHAR(64) NOT NULL,
  window_for BIGINT NOT NULL,
  exact BOOLEAN NOT NULL,
  state VARCHAR(16) NOT NULL,
  ver INT NOT NULL,
  planned_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX pieces_state ON pieces (community_id, state, id);

CREATE TABLE piece_contents (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  piece_id BIGINT NOT NULL,
  rev INT NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT NOT NULL,
  picture_id BIGINT NOT NULL,
  attach_kind VARCHAR(16) NOT NULL,
  attach_title VARCHAR(120) NOT NULL,
  attach_desc VARCHAR(600) NOT NULL,
  attach_url VARCHAR(1024) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX piece_contents_rev ON piece_contents (piece_id, rev);
CREATE INDEX piece_contents_picture ON piece_contents (picture_id);

CREATE TABLE piece_pictures (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  mime VARCHAR(32) NOT NULL,
  size INT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX piece_pictures_hash ON piece_pictures (community_id, hash);

CREATE TABLE runs (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  idem VARCHAR(100) NOT NULL,
  code VARCHAR(32) NOT NULL,
  piece_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  rev INT NOT NULL,
  due_at BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(32) NOT NULL,
  handed_at BIGINT NOT NULL,
  posted_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX runs_idem ON runs (community_id, idem);
CREATE UNIQUE INDEX runs_code ON runs (community_id, code);
CREATE INDEX runs_state ON runs (community_id, state, from_at);
CREATE INDEX runs_piece ON runs (piece_id, due_at, id);
CREATE INDEX runs_group ON runs (group_id, due_at);

CREATE TABLE owner_talks (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  owner_user_id VARCHAR(64) NOT NULL,
  day INT NOT NULL,
  messages INT NOT NULL,
  talkers INT NOT NULL,
  chats_talking INT NOT NULL,
  chats INT NOT NULL,
  total BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX owner_talks_day ON owner_talks (channel_id, owner_user_id, day);
CREATE INDEX owner_talks_community ON owner_talks (community_id, day);

-- +goose Down
DROP TABLE owner_talks;
DROP TABLE runs;
DROP TABLE piece_pictures;
DROP TABLE piece_contents;
DROP TABLE pieces;
