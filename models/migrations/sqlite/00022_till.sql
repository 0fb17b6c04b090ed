-- +goose Up
CREATE TABLE tills (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  device TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  last_n INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX tills_device ON tills (community_id, device);
CREATE INDEX tills_brand ON tills (community_id, brand_id, id);

CREATE TABLE till_lines (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  till_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  request_no TEXT NOT NULL,
  digest BLOB NOT NULL,
  account_id INTEGER NOT NULL,
  sent_by INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  device_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  code TEXT NOT NULL,
  args TEXT NOT NULL,
  redemption_id INTEGER NOT NULL
);
CREATE UNIQUE INDEX till_lines_n ON till_lines (till_id, n);
CREATE INDEX till_lines_community ON till_lines (community_id, state, id);
CREATE INDEX till_lines_voucher ON till_lines (community_id, voucher_id);

-- +goose Down
DROP TABLE till_lines;
DROP TABLE tills;
