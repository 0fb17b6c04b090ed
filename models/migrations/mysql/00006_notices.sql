-- +goose Up
CREATE TABLE readers (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  open_id VARCHAR(64) NOT NULL,
  seen_at BIGINT NOT NULL,
  gone_at BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX readers_name ON readers (community_id, app_id, open_id);

CREATE TABLE credits (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  open_id VARCHAR(64) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  by_event INT NOT NULL,
  by_client INT NOT NULL,
  trust INT NOT NULL,
  granted INT NOT NULL,
  spent INT NOT NULL,
  epoch_at BIGINT NOT NULL,
  refused_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT credits_spent CHECK (spent >= 0 AND spent <= granted)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX credits_name ON credits (community_id, app_id, open_id, template_id);
CREATE INDEX credits_template ON credits (community_id, app_id, template_id);

CREATE TABLE subscriptions (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  uid VARCHAR(160) NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  open_id VARCHAR(64) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  source VARCHAR(16) NOT NULL,
  answer VARCHAR(32) NOT NULL,
  at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX subscriptions_uid ON subscriptions (community_id, uid);
CREATE INDEX subscriptions_reader ON subscriptions (community_id, app_id, open_id);

CREATE TABLE templates (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  title VARCHAR(255) NOT NULL,
  content TEXT NOT NULL,
  example TEXT NOT NULL,
  kind INT NOT NULL,
  enums TEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(64) NOT NULL,
  synced_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX templates_name ON templates (community_id, app_id, template_id);

CREATE TABLE notices (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  idem VARCHAR(160) NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  member_id BIGINT NOT NULL,
  open_id VARCHAR(64) NOT NULL,
  page VARCHAR(1024) NOT NULL,
  lang VARCHAR(8) NOT NULL,
  data TEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(64) NOT NULL,
  msg_id VARCHAR(32) NOT NULL,
  epoch_at BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  called_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX notices_idem ON notices (community_id, idem);
CREATE INDEX notices_reader ON notices (community_id, app_id, open_id, template_id);
CREATE INDEX notices_template ON notices (community_id, app_id, template_id, state);
CREATE INDEX notices_message ON notices (community_id, app_id, msg_id);

CREATE TABLE operators (
  account_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  open_id VARCHAR(64) NOT NULL,
  member_id BIGINT NOT NULL,
  code_hash VARCHAR(64),
  code_until BIGINT NOT NULL,
  bound_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX operators_code ON operators (code_hash);
CREATE INDEX operators_community ON operators (community_id, account_id);

CREATE TABLE checks (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  object VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  scene INT NOT NULL,
  content TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  trace_id VARCHAR(128) NOT NULL,
  state VARCHAR(16) NOT NULL,
  label INT NOT NULL,
  reason VARCHAR(64) NOT NULL,
  attempts INT NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX checks_object ON checks (community_id, object);
CREATE INDEX checks_state ON checks (community_id, state, id);
CREATE INDEX checks_trace ON checks (community_id, trace_id);

-- +goose Down
DROP TABLE checks;
DROP TABLE operators;
DROP TABLE notices;
DROP TABLE templates;
DROP TABLE subscriptions;
DROP TABLE credits;
DROP TABLE readers;
