-- +goose Up
CREATE TABLE quotas (
  account TEXT NOT NULL,
  api TEXT NOT NULL,
  period INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  mark TEXT NOT NULL,
  PRIMARY KEY (account, api)
);

-- +goose Down
DROP TABLE quotas;
