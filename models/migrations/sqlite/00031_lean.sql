-- Fewer rows for a claim: nobody looked for a community's vouchers by anything but their ids, which are the primary key, and what
-- most vouchers, touches and transfers do not have needs no place in an index of those that do.
-- +goose Up
DROP INDEX vouchers_community;
DROP INDEX vouchers_household;
CREATE UNIQUE INDEX vouchers_household ON vouchers (offer_id, household_id, household_seq) WHERE household_id IS NOT NULL;
DROP INDEX touches_entry;
CREATE INDEX touches_entry ON touches (community_id, entry_id, kind) WHERE entry_id <> 0;
DROP INDEX transfers_pending;
CREATE UNIQUE INDEX transfers_pending ON transfers (pending_id) WHERE pending_id IS NOT NULL;
DROP INDEX transfers_reverses;
CREATE UNIQUE INDEX transfers_reverses ON transfers (reverses_id) WHERE reverses_id IS NOT NULL;

-- +goose Down
DROP INDEX transfers_reverses;
CREATE UNIQUE INDEX transfers_reverses ON transfers (reverses_id);
DROP INDEX transfers_pending;
CREATE UNIQUE INDEX transfers_pending ON transfers (pending_id);
DROP INDEX touches_entry;
CREATE INDEX touches_entry ON touches (community_id, entry_id, kind);
DROP INDEX vouchers_household;
CREATE UNIQUE INDEX vouchers_household ON vouchers (offer_id, household_id, household_seq);
CREATE INDEX vouchers_community ON vouchers (community_id, id);
