-- +goose Up
CREATE TABLE offer_requests (
  brand_id BIGINT NOT NULL,
  request_key VARCHAR(64) NOT NULL,
  community_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (brand_id, request_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX offer_requests_offer ON offer_requests (offer_id);

-- +goose Down
DROP TABLE offer_requests;
