-- +goose Up
CREATE TABLE quotas (
  account VARCHAR(120) NOT NULL,
  api VARCHAR(120) NOT NULL,
  period INT NOT NULL,
  calls BIGINT NOT NULL,
  mark VARCHAR(2000) NOT NULL,
  PRIMARY KEY (account, api)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE quotas;
