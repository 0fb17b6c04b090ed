-- +goose Up
ALTER TABLE inbox ADD COLUMN intent VARCHAR(40) NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN event VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN sender VARCHAR(64) NOT NULL DEFAULT '';
CREATE INDEX inbox_sender ON inbox (community_id, sender);

ALTER TABLE jobs ADD COLUMN community_id BIGINT NOT NULL DEFAULT 0;
UPDATE jobs SET community_id = CAST(COALESCE(NULLIF(JSON_UNQUOTE(JSON_EXTRACT(args, '$.community')), ''), '0') AS SIGNED);
CREATE INDEX jobs_community ON jobs (community_id, state, id);

-- +goose Down
DROP INDEX jobs_community ON jobs;
ALTER TABLE jobs DROP COLUMN community_id;
DROP INDEX inbox_sender ON inbox;
ALTER TABLE inbox DROP COLUMN sender;
ALTER TABLE inbox DROP COLUMN event;
ALTER TABLE inbox DROP COLUMN intent;
