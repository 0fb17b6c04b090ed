-- A voucher's events lie by their voucher and number, by which alone they are read: one index less that each claim and each write-off
-- fills.
-- +goose Up
CREATE TABLE voucher_events_new (
  id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  units INTEGER NOT NULL,
  ref TEXT NOT NULL,
  cause TEXT NOT NULL,
  PRIMARY KEY (voucher_id, n)
) WITHOUT ROWID;
INSERT INTO voucher_events_new SELECT id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause FROM voucher_events ORDER BY voucher_id, n;
DROP TABLE voucher_events;
ALTER TABLE voucher_events_new RENAME TO voucher_events;

-- +goose Down
CREATE TABLE voucher_events_old (
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
INSERT INTO voucher_events_old SELECT id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause FROM voucher_events ORDER BY id;
DROP TABLE voucher_events;
ALTER TABLE voucher_events_old RENAME TO voucher_events;
CREATE UNIQUE INDEX voucher_events_voucher ON voucher_events (voucher_id, n);
