-- Fewer and better placed rows for a claim. Nobody looked for a community's vouchers by anything but their ids, which are the
-- primary key. A transfer's id is a hash: ordered by it, each new row came to another page of the table; now new rows of an owner
-- lie side by side, as they are read, and only the short index of the ids is written here and there.
-- +goose Up
ALTER TABLE vouchers DROP INDEX vouchers_community;
ALTER TABLE transfers DROP PRIMARY KEY, DROP INDEX transfers_owner, ADD PRIMARY KEY (owner_id, at, id),
  ADD UNIQUE INDEX transfers_id (id);

-- +goose Down
ALTER TABLE transfers DROP PRIMARY KEY, DROP INDEX transfers_id, ADD PRIMARY KEY (id),
  ADD INDEX transfers_owner (owner_id, at, id);
CREATE INDEX vouchers_community ON vouchers (community_id, id);
