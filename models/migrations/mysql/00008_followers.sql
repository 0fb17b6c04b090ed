-- +goose Up
CREATE TABLE followers (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  person VARCHAR(64) NOT NULL,
  following BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  heard_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX followers_person ON followers (community_id, channel_id, person);

-- +goose Down
DROP TABLE followers;
