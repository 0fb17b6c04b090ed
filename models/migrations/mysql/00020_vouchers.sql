-- +goose Up
ALTER TABLE vouchers ADD COLUMN ver INT NOT NULL DEFAULT 1,
  ADD COLUMN terms_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN valid_from BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN units INT NOT NULL DEFAULT 1,
  ADD COLUMN used INT NOT NULL DEFAULT 0,
  ADD COLUMN household_id BIGINT,
  ADD COLUMN household_seq INT,
  ADD COLUMN reserved_by BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN reserved_until BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN reserve_token VARCHAR(64) NOT NULL DEFAULT '',
  ADD COLUMN voided_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN void_reason VARCHAR(500) NOT NULL DEFAULT '',
  ADD COLUMN stock_returned BOOLEAN NOT NULL DEFAULT 0,
  ADD COLUMN cycles INT NOT NULL DEFAULT 0,
  ADD COLUMN qr_window BIGINT NOT NULL DEFAULT 0;
UPDATE vouchers SET ver = 2, used = 1 WHERE state = 'redeemed';
ALTER TABLE vouchers ADD CONSTRAINT vouchers_units CHECK (used >= 0 AND used <= units);
CREATE UNIQUE INDEX vouchers_household ON vouchers (offer_id, household_id, household_seq);

CREATE TABLE voucher_events (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  n INT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  at BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  units INT NOT NULL,
  ref VARCHAR(64) NOT NULL,
  cause VARCHAR(500) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX voucher_events_voucher ON voucher_events (voucher_id, n);

-- What is known of the vouchers that were there before.
INSERT INTO voucher_events (id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause)
SELECT id, community_id, id, 1, 'claimed', issued_at, 0, 0, 1, '', '' FROM vouchers;
INSERT INTO voucher_events (id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause)
SELECT r.id, r.community_id, r.voucher_id, 2, 'redeemed', r.at, r.staff_id, 0, 1, CAST(r.id AS CHAR), ''
FROM redemptions r JOIN vouchers v ON v.id = r.voucher_id AND v.state = 'redeemed';

-- +goose Down
DROP TABLE voucher_events;
DROP INDEX vouchers_household ON vouchers;
ALTER TABLE vouchers DROP CONSTRAINT vouchers_units;
ALTER TABLE vouchers DROP COLUMN qr_window, DROP COLUMN cycles, DROP COLUMN stock_returned, DROP COLUMN void_reason,
  DROP COLUMN voided_at, DROP COLUMN reserve_token, DROP COLUMN reserved_until, DROP COLUMN reserved_by,
  DROP COLUMN household_seq, DROP COLUMN household_id, DROP COLUMN used, DROP COLUMN units, DROP COLUMN valid_from,
  DROP COLUMN terms_id, DROP COLUMN ver;
