-- +goose Up
CREATE TABLE communities (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE brands (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  weight INT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX brands_community ON brands (community_id, id);

CREATE TABLE accounts (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  role VARCHAR(16) NOT NULL,
  brand_id BIGINT NOT NULL,
  login VARCHAR(120) NOT NULL,
  name VARCHAR(120) NOT NULL,
  password_hash VARBINARY(128) NOT NULL,
  lang VARCHAR(16) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX accounts_login ON accounts (login);
CREATE INDEX accounts_community ON accounts (community_id, role, id);

CREATE TABLE sessions (
  token_hash CHAR(64) NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  community_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  session_key VARBINARY(255),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE channels (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  app_id VARCHAR(64) NOT NULL,
  agent_id VARCHAR(32) NOT NULL,
  plain BOOLEAN NOT NULL,
  sealed VARBINARY(2048) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX channels_app ON channels (kind, app_id);
CREATE INDEX channels_community ON channels (community_id, kind, id);

CREATE TABLE chat_groups (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  chat_id VARCHAR(64),
  open_gid VARCHAR(64),
  owner_user_id VARCHAR(64) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  headcount INT NOT NULL,
  capacity INT NOT NULL,
  invite_url VARCHAR(512) NOT NULL,
  join_config VARCHAR(64) NOT NULL,
  paused BOOLEAN NOT NULL,
  ver BIGINT NOT NULL,
  clock_high BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX chat_groups_chat ON chat_groups (community_id, chat_id);
CREATE UNIQUE INDEX chat_groups_open_gid ON chat_groups (community_id, open_gid);

CREATE TABLE members (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  merged_into BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX members_community ON members (community_id, merged_into, id);

CREATE TABLE identities (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  kind VARCHAR(24) NOT NULL,
  scope VARCHAR(64) NOT NULL,
  value VARCHAR(128) NOT NULL,
  member_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX identities_name ON identities (community_id, kind, scope, value);
CREATE INDEX identities_member ON identities (member_id);

CREATE TABLE group_members (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  user_key VARCHAR(128) NOT NULL,
  staff BOOLEAN NOT NULL,
  member_id BIGINT NOT NULL,
  join_scene INT NOT NULL,
  state VARCHAR(64) NOT NULL,
  joined_at BIGINT NOT NULL,
  left_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX group_members_stay ON group_members (community_id, group_id, user_key, joined_at);
CREATE INDEX group_members_present ON group_members (community_id, group_id, left_at);
CREATE INDEX group_members_member ON group_members (member_id);

CREATE TABLE videos (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  title VARCHAR(200) NOT NULL,
  published_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX videos_community ON videos (community_id, id);

CREATE TABLE entries (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  video_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  ticket VARCHAR(255) NOT NULL,
  url VARCHAR(512) NOT NULL,
  join_url VARCHAR(512) NOT NULL,
  join_config VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX entries_code ON entries (code);
CREATE INDEX entries_community ON entries (community_id, id);

CREATE TABLE touches (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  uid VARCHAR(160) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  video_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  placement_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX touches_uid ON touches (community_id, uid);
CREATE INDEX touches_member ON touches (member_id, at);
CREATE INDEX touches_kind ON touches (community_id, kind, at);

CREATE TABLE journeys (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  dim VARCHAR(16) NOT NULL,
  val BIGINT NOT NULL,
  level INT NOT NULL,
  first_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX journeys_member ON journeys (member_id, dim, val);
CREATE INDEX journeys_report ON journeys (community_id, first_at, dim, val, level);

CREATE TABLE journey_dirty (
  member_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  marked_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE policies (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  rev INT NOT NULL,
  rules_json TEXT NOT NULL,
  created_by BIGINT NOT NULL,
  effective_from BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX policies_rev ON policies (community_id, group_id, rev);

CREATE TABLE offers (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT NOT NULL,
  value_fen BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  stock INT NOT NULL,
  claimed INT NOT NULL,
  per_member INT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  redeem_by BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  decline_reason VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT offers_stock CHECK (claimed >= 0 AND claimed <= stock)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX offers_state ON offers (community_id, state, id);

CREATE TABLE placements (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  idem VARCHAR(120) NOT NULL,
  code VARCHAR(32) NOT NULL,
  group_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  s BIGINT NOT NULL,
  e BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  reason VARCHAR(32) NOT NULL,
  reasons VARCHAR(255) NOT NULL,
  policy_rev INT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX placements_idem ON placements (community_id, idem);
CREATE UNIQUE INDEX placements_code ON placements (code);
CREATE INDEX placements_live ON placements (group_id, state, sent_at);
CREATE INDEX placements_state ON placements (community_id, state, id);

CREATE TABLE placement_events (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  placement_id BIGINT NOT NULL,
  from_state VARCHAR(16) NOT NULL,
  to_state VARCHAR(16) NOT NULL,
  reason VARCHAR(32) NOT NULL,
  s BIGINT NOT NULL,
  e BIGINT NOT NULL,
  policy_rev INT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX placement_events_of ON placement_events (placement_id, id);

CREATE TABLE tasks (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  placement_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  owner_user_id VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  msg_id VARCHAR(128) NOT NULL,
  due_at BIGINT NOT NULL,
  called_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX tasks_placement ON tasks (placement_id);
CREATE INDEX tasks_state ON tasks (community_id, state, id);

CREATE TABLE vouchers (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  seq INT NOT NULL,
  claim_key VARCHAR(64) NOT NULL,
  code_hash VARBINARY(32) NOT NULL,
  code_sealed VARBINARY(128) NOT NULL,
  state VARCHAR(16) NOT NULL,
  valid_to BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  placement_id BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  redeemed_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX vouchers_once ON vouchers (offer_id, member_id, seq);
CREATE UNIQUE INDEX vouchers_claim ON vouchers (member_id, claim_key);
CREATE UNIQUE INDEX vouchers_code ON vouchers (code_hash);
CREATE INDEX vouchers_community ON vouchers (community_id, id);

CREATE TABLE redemptions (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  staff_id BIGINT NOT NULL,
  request_no VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX redemptions_voucher ON redemptions (voucher_id);
CREATE UNIQUE INDEX redemptions_request ON redemptions (staff_id, request_no);
CREATE INDEX redemptions_community ON redemptions (community_id, id);

CREATE TABLE inbox (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  dedupe_key VARCHAR(80) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  format VARCHAR(8) NOT NULL,
  state VARCHAR(16) NOT NULL,
  deliveries INT NOT NULL,
  received_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  last_error VARCHAR(500) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX inbox_dedupe ON inbox (channel_id, dedupe_key);
CREATE INDEX inbox_state ON inbox (community_id, state, id);

CREATE TABLE jobs (
  id BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(64) NOT NULL,
  args TEXT NOT NULL,
  unique_key VARCHAR(120),
  periodic BOOLEAN NOT NULL,
  run_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  attempts INT NOT NULL,
  owner VARCHAR(64) NOT NULL,
  lease_until BIGINT NOT NULL,
  last_error VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key);
CREATE INDEX jobs_due ON jobs (state, run_at, id);

CREATE TABLE tokens (
  name VARCHAR(120) NOT NULL PRIMARY KEY,
  value VARBINARY(2048) NOT NULL,
  digest VARBINARY(32) NOT NULL,
  expires_at BIGINT NOT NULL,
  lease_owner VARCHAR(64) NOT NULL,
  lease_until BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audits (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  action VARCHAR(40) NOT NULL,
  object VARCHAR(80) NOT NULL,
  detail VARCHAR(500) NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX audits_community ON audits (community_id, id);

-- +goose Down
DROP TABLE audits;
DROP TABLE tokens;
DROP TABLE jobs;
DROP TABLE inbox;
DROP TABLE redemptions;
DROP TABLE vouchers;
DROP TABLE tasks;
DROP TABLE placement_events;
DROP TABLE placements;
DROP TABLE offers;
DROP TABLE policies;
DROP TABLE journey_dirty;
DROP TABLE journeys;
DROP TABLE touches;
DROP TABLE entries;
DROP TABLE videos;
DROP TABLE group_members;
DROP TABLE identities;
DROP TABLE members;
DROP TABLE chat_groups;
DROP TABLE channels;
DROP TABLE sessions;
DROP TABLE accounts;
DROP TABLE brands;
DROP TABLE communities;
