-- Lots of which nothing was left stayed with who had turned out to be somebody else; what comes back is looked for with that
-- somebody.
-- +goose Up
UPDATE lots SET member_id = (SELECT m.merged_into FROM members m WHERE m.id = lots.member_id)
  WHERE member_id IN (SELECT id FROM members WHERE merged_into <> 0);

-- +goose Down
SELECT 1;
