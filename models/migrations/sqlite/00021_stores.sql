-- +goose Up
CREATE TABLE shops (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  zone TEXT NOT NULL,
  daily_limit INTEGER NOT NULL,
  paused_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX shops_brand ON shops (community_id, brand_id, id);

CREATE TABLE shop_staff (
  account_id INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  manager INTEGER NOT NULL,
  daily_limit INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, shop_id)
);
CREATE INDEX shop_staff_shop ON shop_staff (community_id, shop_id);

CREATE TABLE shop_invitations (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  code_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  manager INTEGER NOT NULL,
  daily_limit INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX shop_invitations_code ON shop_invitations (code_hash);
CREATE INDEX shop_invitations_shop ON shop_invitations (community_id, shop_id, id);

CREATE TABLE wrong_codes (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX wrong_codes_account ON wrong_codes (account_id, at);
CREATE INDEX wrong_codes_at ON wrong_codes (at);

ALTER TABLE redemptions ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN offer_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN brand_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN shop_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN units INTEGER NOT NULL DEFAULT 1;
ALTER TABLE redemptions ADD COLUMN value INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN device_id TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN device_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN live_no INTEGER;
ALTER TABLE redemptions ADD COLUMN reversed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN reversed_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN reverse_reason TEXT NOT NULL DEFAULT '';
UPDATE redemptions SET live_no = 1,
  offer_id = COALESCE((SELECT v.offer_id FROM vouchers v WHERE v.id = redemptions.voucher_id), 0),
  brand_id = COALESCE((SELECT v.brand_id FROM vouchers v WHERE v.id = redemptions.voucher_id), 0),
  value = COALESCE((SELECT o.value_fen FROM vouchers v JOIN offers o ON o.id = v.offer_id WHERE v.id = redemptions.voucher_id), 0),
  currency = COALESCE((SELECT o.currency FROM vouchers v JOIN offers o ON o.id = v.offer_id WHERE v.id = redemptions.voucher_id), '');
DROP INDEX redemptions_voucher;
DROP INDEX redemptions_request;
CREATE UNIQUE INDEX redemptions_live ON redemptions (voucher_id, live_no);
CREATE UNIQUE INDEX redemptions_request ON redemptions (staff_id, request_no, part);
CREATE INDEX redemptions_shop ON redemptions (community_id, brand_id, shop_id, at);
CREATE INDEX redemptions_staff ON redemptions (community_id, staff_id, at);
CREATE INDEX redemptions_reversed ON redemptions (community_id, reversed_at);

-- +goose Down
DELETE FROM redemptions WHERE reversed_at > 0 OR part > 0 OR live_no > 1; -- what the older tables cannot hold
DROP INDEX redemptions_reversed;
DROP INDEX redemptions_staff;
DROP INDEX redemptions_shop;
DROP INDEX redemptions_request;
DROP INDEX redemptions_live;
ALTER TABLE redemptions DROP COLUMN reverse_reason;
ALTER TABLE redemptions DROP COLUMN reversed_by;
ALTER TABLE redemptions DROP COLUMN reversed_at;
ALTER TABLE redemptions DROP COLUMN live_no;
ALTER TABLE redemptions DROP COLUMN device_at;
ALTER TABLE redemptions DROP COLUMN device_id;
ALTER TABLE redemptions DROP COLUMN proof;
ALTER TABLE redemptions DROP COLUMN currency;
ALTER TABLE redemptions DROP COLUMN value;
ALTER TABLE redemptions DROP COLUMN units;
ALTER TABLE redemptions DROP COLUMN shop_id;
ALTER TABLE redemptions DROP COLUMN brand_id;
ALTER TABLE redemptions DROP COLUMN offer_id;
ALTER TABLE redemptions DROP COLUMN part;
CREATE UNIQUE INDEX redemptions_voucher ON redemptions (voucher_id);
CREATE UNIQUE INDEX redemptions_request ON redemptions (staff_id, request_no);
DROP TABLE wrong_codes;
DROP TABLE shop_invitations;
DROP TABLE shop_staff;
DROP TABLE shops;
