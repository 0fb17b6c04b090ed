-- +goose Up
ALTER TABLE statements ADD COLUMN reviewed_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE statements ADD COLUMN reviewed_at INTEGER NOT NULL DEFAULT 0;
UPDATE statements SET reviewed_by = closed_by, reviewed_at = closed_at;
ALTER TABLE communities ADD COLUMN statement_days INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE communities DROP COLUMN statement_days;
ALTER TABLE statements DROP COLUMN reviewed_at;
ALTER TABLE statements DROP COLUMN reviewed_by;
