-- +goose Up
CREATE TABLE purses (
  member_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  debt BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  CONSTRAINT purses_sound CHECK (balance >= 0 AND debt >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX purses_community ON purses (community_id, member_id);

CREATE TABLE transfers (
  id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  code VARCHAR(32) NOT NULL,
  ref VARCHAR(80) NOT NULL,
  unit VARCHAR(8) NOT NULL,
  amount BIGINT NOT NULL,
  debit VARCHAR(40) NOT NULL,
  credit VARCHAR(40) NOT NULL,
  owner_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  contract_id BIGINT NOT NULL,
  pending_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  reverses_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  expires_at BIGINT NOT NULL,
  note VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT transfers_amount CHECK (amount > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX transfers_owner ON transfers (owner_id, at, id);
CREATE UNIQUE INDEX transfers_pending ON transfers (pending_id);
CREATE UNIQUE INDEX transfers_reverses ON transfers (reverses_id);

CREATE TABLE lots (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  transfer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  spent BOOLEAN NOT NULL,
  expires_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT lots_remaining CHECK (remaining >= 0 AND remaining <= amount)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX lots_member ON lots (member_id, spent);
CREATE INDEX lots_due ON lots (community_id, spent, expires_at);

CREATE TABLE lot_moves (
  transfer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id BIGINT NOT NULL,
  community_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (transfer_id, lot_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX lot_moves_lot ON lot_moves (lot_id);

CREATE TABLE holds (
  transfer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX holds_end ON holds (community_id, ends_at);

CREATE TABLE contracts (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  basis VARCHAR(16) NOT NULL,
  price BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  month_cap BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  number INT NOT NULL,
  note VARCHAR(200) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT contracts_price CHECK (price >= 0 AND month_cap >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX contracts_number ON contracts (brand_id, number);
CREATE INDEX contracts_community ON contracts (community_id, brand_id, id);

CREATE TABLE statements (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  number INT NOT NULL,
  currency CHAR(3) NOT NULL,
  month CHAR(7) NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  total BIGINT NOT NULL,
  line_count INT NOT NULL,
  digest CHAR(64) NOT NULL,
  closed_by BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  paid_by BIGINT NOT NULL,
  paid_at BIGINT NOT NULL,
  paid_note VARCHAR(200) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX statements_number ON statements (community_id, number);
CREATE UNIQUE INDEX statements_month ON statements (brand_id, currency, month);

CREATE TABLE statement_lines (
  transfer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  statement_id BIGINT NOT NULL,
  community_id BIGINT NOT NULL,
  no INT NOT NULL,
  at BIGINT NOT NULL,
  code VARCHAR(32) NOT NULL,
  ref VARCHAR(80) NOT NULL,
  offer_id BIGINT NOT NULL,
  contract_id BIGINT NOT NULL,
  title VARCHAR(200) NOT NULL,
  amount BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX statement_lines_no ON statement_lines (statement_id, no);

-- +goose Down
DROP TABLE statement_lines;
DROP TABLE statements;
DROP TABLE contracts;
DROP TABLE holds;
DROP TABLE lot_moves;
DROP TABLE lots;
DROP TABLE transfers;
DROP TABLE purses;
