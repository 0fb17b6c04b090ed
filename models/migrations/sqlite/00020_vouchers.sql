-- +goose Up
ALTER TABLE vouchers ADD COLUMN ver INTEGER NOT NULL DEFAULT 1;
ALTER TABLE vouchers ADD COLUMN terms_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN units INTEGER NOT NULL DEFAULT 1;
ALTER TABLE vouchers ADD COLUMN used INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0 AND used <= units);
ALTER TABLE vouchers ADD COLUMN household_id INTEGER;
ALTER TABLE vouchers ADD COLUMN household_seq INTEGER;
ALTER TABLE vouchers ADD COLUMN reserved_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN reserved_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN reserve_token TEXT NOT NULL DEFAULT '';
ALTER TABLE vouchers ADD COLUMN voided_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN void_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE vouchers ADD COLUMN stock_returned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN cycles INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vouchers ADD COLUMN qr_window INTEGER NOT NULL DEFAULT 0;
UPDATE vouchers SET ver = 2, used = 1 WHERE state = 'redeemed';
CREATE UNIQUE INDEX vouchers_household ON vouchers (offer_id, household_id, household_seq);

CREATE TABLE voucher_events (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  units INTEGER NOT NULL,
  ref TEXT NOT NULL,
  cause TEXT NOT NULL
);
CREATE UNIQUE INDEX voucher_events_voucher ON voucher_events (voucher_id, n);

-- What is known of the vouchers that were there before.
INSERT INTO voucher_events (id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause)
SELECT id, community_id, id, 1, 'claimed', issued_at, 0, 0, 1, '', '' FROM vouchers;
INSERT INTO voucher_events (id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause)
SELECT r.id, r.community_id, r.voucher_id, 2, 'redeemed', r.at, r.staff_id, 0, 1, '' || r.id, ''
FROM redemptions r JOIN vouchers v ON v.id = r.voucher_id AND v.state = 'redeemed';

-- +goose Down
DROP TABLE voucher_events;
DROP INDEX vouchers_household;
ALTER TABLE vouchers DROP COLUMN qr_window;
ALTER TABLE vouchers DROP COLUMN cycles;
ALTER TABLE vouchers DROP COLUMN stock_returned;
ALTER TABLE vouchers DROP COLUMN void_reason;
ALTER TABLE vouchers DROP COLUMN voided_at;
ALTER TABLE vouchers DROP COLUMN reserve_token;
ALTER TABLE vouchers DROP COLUMN reserved_until;
ALTER TABLE vouchers DROP COLUMN reserved_by;
ALTER TABLE vouchers DROP COLUMN household_seq;
ALTER TABLE vouchers DROP COLUMN household_id;
ALTER TABLE vouchers DROP COLUMN used;
ALTER TABLE vouchers DROP COLUMN units;
ALTER TABLE vouchers DROP COLUMN valid_from;
ALTER TABLE vouchers DROP COLUMN terms_id;
ALTER TABLE vouchers DROP COLUMN ver;
