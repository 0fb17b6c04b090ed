-- A voucher's events lie by their voucher and number, by which alone they are read: one index less that each claim and each write-off
-- fills.
-- +goose Up
ALTER TABLE voucher_events DROP PRIMARY KEY, DROP INDEX voucher_events_voucher, ADD PRIMARY KEY (voucher_id, n);

-- +goose Down
ALTER TABLE voucher_events DROP PRIMARY KEY, ADD PRIMARY KEY (id), ADD UNIQUE INDEX voucher_events_voucher (voucher_id, n);
