-- +goose Up
CREATE TABLE offer_requests (
  brand_id INTEGER NOT NULL,
  request_key TEXT NOT NULL,
  community_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (brand_id, request_key)
);
CREATE INDEX offer_requests_offer ON offer_requests (offer_id);

-- +goose Down
DROP TABLE offer_requests;
