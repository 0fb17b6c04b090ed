-- +goose Up
CREATE TABLE tills (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  device VARCHAR(64) NOT NULL,
  account_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  last_n BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX tills_device ON tills (community_id, device);
CREATE INDEX tills_brand ON tills (community_id, brand_id, id);

CREATE TABLE till_lines (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  till_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  request_no VARCHAR(64) NOT NULL,
  digest VARBINARY(32) NOT NULL,
  account_id BIGINT NOT NULL,
  sent_by BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  device_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  code VARCHAR(48) NOT NULL,
  args VARCHAR(1024) NOT NULL,
  redemption_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX till_lines_n ON till_lines (till_id, n);
CREATE INDEX till_lines_community ON till_lines (community_id, state, id);
CREATE INDEX till_lines_voucher ON till_lines (community_id, voucher_id);

-- +goose Down
DROP TABLE till_lines;
DROP TABLE tills;
