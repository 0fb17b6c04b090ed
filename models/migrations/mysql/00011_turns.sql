-- +goose Up
ALTER TABLE placements ADD COLUMN turn_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN priority INT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN target_reach INT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE offers DROP COLUMN target_reach;
ALTER TABLE offers DROP COLUMN priority;
ALTER TABLE placements DROP COLUMN turn_at;
