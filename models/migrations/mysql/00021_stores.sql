-- +goose Up
CREATE TABLE shops (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  address VARCHAR(255) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  daily_limit INT NOT NULL,
  paused_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX shops_brand ON shops (community_id, brand_id, id);

CREATE TABLE shop_staff (
  account_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  community_id BIGINT NOT NULL,
  manager BOOLEAN NOT NULL,
  daily_limit INT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, shop_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX shop_staff_shop ON shop_staff (community_id, shop_id);

CREATE TABLE shop_invitations (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  code_hash VARCHAR(64) NOT NULL,
  name VARCHAR(120) NOT NULL,
  manager BOOLEAN NOT NULL,
  daily_limit INT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX shop_invitations_code ON shop_invitations (code_hash);
CREATE INDEX shop_invitations_shop ON shop_invitations (community_id, shop_id, id);

CREATE TABLE wrong_codes (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX wrong_codes_account ON wrong_codes (account_id, at);
CREATE INDEX wrong_codes_at ON wrong_codes (at);

ALTER TABLE redemptions ADD COLUMN part INT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN offer_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN brand_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN shop_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN units BIGINT NOT NULL DEFAULT 1;
ALTER TABLE redemptions ADD COLUMN value BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN currency VARCHAR(3) NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN proof VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN device_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN device_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN live_no BIGINT;
ALTER TABLE redemptions ADD COLUMN reversed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN reversed_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redemptions ADD COLUMN reverse_reason VARCHAR(255) NOT NULL DEFAULT '';
UPDATE redemptions SET live_no = 1,
  offer_id = COALESCE((SELECT v.offer_id FROM vouchers v WHERE v.id = redemptions.voucher_id), 0),
  brand_id = COALESCE((SELECT v.brand_id FROM vouchers v WHERE v.id = redemptions.voucher_id), 0),
  value = COALESCE((SELECT o.value_fen FROM vouchers v JOIN offers o ON o.id = v.offer_id WHERE v.id = redemptions.voucher_id), 0),
  currency = COALESCE((SELECT o.currency FROM vouchers v JOIN offers o ON o.id = v.offer_id WHERE v.id = redemptions.voucher_id), '');
DROP INDEX redemptions_voucher ON redemptions;
DROP INDEX redemptions_request ON redemptions;
CREATE UNIQUE INDEX redemptions_live ON redemptions (voucher_id, live_no);
CREATE UNIQUE INDEX redemptions_request ON redemptions (staff_id, request_no, part);
CREATE INDEX redemptions_shop ON redemptions (community_id, brand_id, shop_id, at);
CREATE INDEX redemptions_staff ON redemptions (community_id, staff_id, at);
CREATE INDEX redemptions_reversed ON redemptions (community_id, reversed_at);

-- +goose Down
DELETE FROM redemptions WHERE reversed_at > 0 OR part > 0 OR live_no > 1; -- what the older tables cannot hold
DROP INDEX redemptions_reversed ON redemptions;
DROP INDEX redemptions_staff ON redemptions;
DROP INDEX redemptions_shop ON redemptions;
DROP INDEX redemptions_request ON redemptions;
DROP INDEX redemptions_live ON redemptions;
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
