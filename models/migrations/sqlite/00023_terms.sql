-- +goose Up
CREATE TABLE terms (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  value_fen INTEGER NOT NULL,
  currency TEXT NOT NULL,
  unit TEXT NOT NULL,
  units INTEGER NOT NULL,
  min_spend_fen INTEGER NOT NULL,
  redeem_from INTEGER NOT NULL,
  redeem_by INTEGER NOT NULL,
  days_after_claim INTEGER NOT NULL,
  blackout TEXT NOT NULL,
  shop_ids TEXT NOT NULL,
  per_member INTEGER NOT NULL,
  per_household INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX terms_number ON terms (offer_id, number);

CREATE TABLE creatives (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  terms_id INTEGER NOT NULL,
  locale TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  card_title TEXT NOT NULL,
  picture_id INTEGER NOT NULL
);
CREATE UNIQUE INDEX creatives_locale ON creatives (terms_id, locale);
CREATE INDEX creatives_picture ON creatives (picture_id);

ALTER TABLE offers ADD COLUMN terms_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN per_household INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN audience TEXT NOT NULL DEFAULT 'all';
ALTER TABLE offers ADD COLUMN audience_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN change_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN change_note TEXT NOT NULL DEFAULT '';
ALTER TABLE offers ADD COLUMN rev INTEGER NOT NULL DEFAULT 1;
ALTER TABLE offers ADD COLUMN withdrawn_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN withdrawn_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offers ADD COLUMN withdraw_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE placements ADD COLUMN note TEXT NOT NULL DEFAULT '';

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
