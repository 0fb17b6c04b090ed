-- +goose Up
ALTER TABLE inbox ADD COLUMN intent TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN sender TEXT NOT NULL DEFAULT '';
CREATE INDEX inbox_sender ON inbox (community_id, sender);

ALTER TABLE jobs ADD COLUMN community_id INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET community_id = CAST(COALESCE(json_extract(args, '$.community'), '0') AS INTEGER);
CREATE INDEX jobs_community ON jobs (community_id, state, id);

-- +goose Down
DROP INDEX jobs_community;
ALTER TABLE jobs DROP COLUMN community_id;
DROP INDEX inbox_sender;
ALTER TABLE inbox DROP COLUMN sender;
ALTER TABLE inbox DROP COLUMN event;
ALTER TABLE inbox DROP COLUMN intent;
