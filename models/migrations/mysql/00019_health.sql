-- +goose Up
CREATE TABLE group_healths (
  group_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  grade VARCHAR(16) NOT NULL,
  badness INT NOT NULL,
  body MEDIUMTEXT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX group_healths_worst ON group_healths (community_id, badness, group_id);

-- +goose Down
DROP TABLE group_healths;
