-- +goose Up
CREATE TABLE terms (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  number INT NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT NOT NULL,
  value_fen BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  unit VARCHAR(16) NOT NULL,
  units INT NOT NULL,
  min_spend_fen BIGINT NOT NULL,
  redeem_from BIGINT NOT NULL,
  redeem_by BIGINT NOT NULL,
  days_after_claim INT NOT NULL,
  blackout TEXT NOT NULL,
  shop_ids TEXT NOT NULL,
  per_member INT NOT NULL,
  per_household INT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX terms_number ON terms (offer_id, number);

CREATE TABLE creatives (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  terms_id BIGINT NOT NULL,
  locale VARCHAR(16) NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT NOT NULL,
  card_title VARCHAR(120) NOT NULL,
  picture_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX creatives_locale ON creatives (terms_id, locale);
CREATE INDEX creatives_picture ON creatives (picture_id);

ALTER TABLE offers ADD COLUMN terms_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN per_household INT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN audience VARCHAR(16) NOT NULL DEFAULT 'all';
ALTER TABLE offers ADD COLUMN audience_ids VARCHAR(5000) NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN change_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN change_note VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN rev INT NOT NULL DEFAULT 1;
ALTER TABLE offers ADD COLUMN withdrawn_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN withdrawn_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN withdraw_reason VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE placements ADD COLUMN note VARCHAR(500) NOT NULL DEFAULT '';

INSERT INTO terms (id, community_id, offer_id, number, title, body, value_fen, currency, unit, units, min_spend_fen, redeem_from,
  redeem_by, days_after_claim, blackout, shop_ids, per_member, per_household, created_by, created_at)
SELECT id, community_id, id, 1, title, body, value_fen, currency, 'use', 1, 0, 0, redeem_by, 0, '[]', '[]', per_member, 0, 0, created_at
FROM offers;
UPDATE offers SET terms_id = id;
UPDATE vouchers SET terms_id = offer_id WHERE terms_id = 0;

-- +goose Down
ALTER TABLE placements DROP COLUMN note;
ALTER TABLE offers DROP COLUMN withdraw_reason;
ALTER TABLE offers DROP COLUMN withdrawn_by;
ALTER TABLE offers DROP COLUMN withdrawn_at;
ALTER TABLE offers DROP COLUMN rev;
ALTER TABLE offers DROP COLUMN change_note;
ALTER TABLE offers DROP COLUMN change_id;
ALTER TABLE offers DROP COLUMN audience_ids;
ALTER TABLE offers DROP COLUMN audience;
ALTER TABLE offers DROP COLUMN per_household;
ALTER TABLE offers DROP COLUMN terms_id;
DROP TABLE creatives;
DROP TABLE terms;
