-- +goose Up
CREATE TABLE readers (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  open_id TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER NOT NULL,
  notice_id INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX readers_name ON readers (community_id, app_id, open_id);

CREATE TABLE credits (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  open_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  by_event INTEGER NOT NULL,
  by_client INTEGER NOT NULL,
  trust INTEGER NOT NULL,
  granted INTEGER NOT NULL,
  spent INTEGER NOT NULL,
  epoch_at INTEGER NOT NULL,
  refused_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT credits_spent CHECK (spent >= 0 AND spent <= granted)
);
CREATE UNIQUE INDEX credits_name ON credits (community_id, app_id, open_id, template_id);
CREATE INDEX credits_template ON credits (community_id, app_id, template_id);

CREATE TABLE subscriptions (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  app_id TEXT NOT NULL,
  open_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  source TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX subscriptions_uid ON subscriptions (community_id, uid);
CREATE INDEX subscriptions_reader ON subscriptions (community_id, app_id, open_id);

CREATE TABLE templates (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  example TEXT NOT NULL,
  kind INTEGER NOT NULL,
  enums TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  synced_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX templates_name ON templates (community_id, app_id, template_id);

CREATE TABLE notices (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  idem TEXT NOT NULL,
  app_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  open_id TEXT NOT NULL,
  page TEXT NOT NULL,
  lang TEXT NOT NULL,
  data TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  msg_id TEXT NOT NULL,
  epoch_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  called_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX notices_idem ON notices (community_id, idem);
CREATE INDEX notices_reader ON notices (community_id, app_id, open_id, template_id);
CREATE INDEX notices_template ON notices (community_id, app_id, template_id, state);
CREATE INDEX notices_message ON notices (community_id, app_id, msg_id);

CREATE TABLE operators (
  account_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  open_id TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  code_hash TEXT,
  code_until INTEGER NOT NULL,
  bound_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX operators_code ON operators (code_hash);
CREATE INDEX operators_community ON operators (community_id, account_id);

CREATE TABLE checks (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  object TEXT NOT NULL,
  kind TEXT NOT NULL,
  scene INTEGER NOT NULL,
  content TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  state TEXT NOT NULL,
  label INTEGER NOT NULL,
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
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
