-- +goose Up
CREATE TABLE communities (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE brands (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  weight INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX brands_community ON brands (community_id, id);

CREATE TABLE accounts (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  role TEXT NOT NULL,
  brand_id INTEGER NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash BLOB NOT NULL,
  lang TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX accounts_login ON accounts (login);
CREATE INDEX accounts_community ON accounts (community_id, role, id);

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  community_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  session_key BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE channels (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  app_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  plain INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX channels_app ON channels (kind, app_id);
CREATE INDEX channels_community ON channels (community_id, kind, id);

CREATE TABLE chat_groups (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  chat_id TEXT,
  open_gid TEXT,
  owner_user_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  headcount INTEGER NOT NULL,
  capacity INTEGER NOT NULL,
  invite_url TEXT NOT NULL,
  join_config TEXT NOT NULL,
  paused INTEGER NOT NULL,
  ver INTEGER NOT NULL,
  clock_high INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX chat_groups_chat ON chat_groups (community_id, chat_id);
CREATE UNIQUE INDEX chat_groups_open_gid ON chat_groups (community_id, open_gid);

CREATE TABLE members (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  merged_into INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX members_community ON members (community_id, merged_into, id);

CREATE TABLE identities (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX identities_name ON identities (community_id, kind, scope, value);
CREATE INDEX identities_member ON identities (member_id);

CREATE TABLE group_members (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  user_key TEXT NOT NULL,
  staff INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  join_scene INTEGER NOT NULL,
  state TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  left_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX group_members_stay ON group_members (community_id, group_id, user_key, joined_at);
CREATE INDEX group_members_present ON group_members (community_id, group_id, left_at);
CREATE INDEX group_members_member ON group_members (member_id);

CREATE TABLE videos (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX videos_community ON videos (community_id, id);

CREATE TABLE entries (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  video_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  url TEXT NOT NULL,
  join_url TEXT NOT NULL,
  join_config TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX entries_code ON entries (code);
CREATE INDEX entries_community ON entries (community_id, id);

CREATE TABLE touches (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  video_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  placement_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL
);
CREATE UNIQUE INDEX touches_uid ON touches (community_id, uid);
CREATE INDEX touches_member ON touches (member_id, at);
CREATE INDEX touches_kind ON touches (community_id, kind, at);

CREATE TABLE journeys (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  dim TEXT NOT NULL,
  val INTEGER NOT NULL,
  level INTEGER NOT NULL,
  first_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX journeys_member ON journeys (member_id, dim, val);
CREATE INDEX journeys_report ON journeys (community_id, first_at, dim, val, level);

CREATE TABLE journey_dirty (
  member_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  marked_at INTEGER NOT NULL
);

CREATE TABLE policies (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  rules_json TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  effective_from INTEGER NOT NULL
);
CREATE UNIQUE INDEX policies_rev ON policies (community_id, group_id, rev);

CREATE TABLE offers (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  value_fen INTEGER NOT NULL,
  currency TEXT NOT NULL,
  stock INTEGER NOT NULL,
  claimed INTEGER NOT NULL,
  per_member INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  redeem_by INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  decline_reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT offers_stock CHECK (claimed >= 0 AND claimed <= stock)
);
CREATE INDEX offers_state ON offers (community_id, state, id);

CREATE TABLE placements (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  idem TEXT NOT NULL,
  code TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  s INTEGER NOT NULL,
  e INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  reasons TEXT NOT NULL,
  policy_rev INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX placements_idem ON placements (community_id, idem);
CREATE UNIQUE INDEX placements_code ON placements (code);
CREATE INDEX placements_live ON placements (group_id, state, sent_at);
CREATE INDEX placements_state ON placements (community_id, state, id);

CREATE TABLE placement_events (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  placement_id INTEGER NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  reason TEXT NOT NULL,
  s INTEGER NOT NULL,
  e INTEGER NOT NULL,
  policy_rev INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX placement_events_of ON placement_events (placement_id, id);

CREATE TABLE tasks (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  placement_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  owner_user_id TEXT NOT NULL,
  state TEXT NOT NULL,
  msg_id TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  called_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX tasks_placement ON tasks (placement_id);
CREATE INDEX tasks_state ON tasks (community_id, state, id);

CREATE TABLE vouchers (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  claim_key TEXT NOT NULL,
  code_hash BLOB NOT NULL,
  code_sealed BLOB NOT NULL,
  state TEXT NOT NULL,
  valid_to INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  placement_id INTEGER NOT NULL,
  issued_at INTEGER NOT NULL,
  redeemed_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX vouchers_once ON vouchers (offer_id, member_id, seq);
CREATE UNIQUE INDEX vouchers_claim ON vouchers (member_id, claim_key);
CREATE UNIQUE INDEX vouchers_code ON vouchers (code_hash);
CREATE INDEX vouchers_community ON vouchers (community_id, id);

CREATE TABLE redemptions (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  request_no TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX redemptions_voucher ON redemptions (voucher_id);
CREATE UNIQUE INDEX redemptions_request ON redemptions (staff_id, request_no);
CREATE INDEX redemptions_community ON redemptions (community_id, id);

CREATE TABLE inbox (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  dedupe_key TEXT NOT NULL,
  body BLOB NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  deliveries INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  last_error TEXT NOT NULL
);
CREATE UNIQUE INDEX inbox_dedupe ON inbox (channel_id, dedupe_key);
CREATE INDEX inbox_state ON inbox (community_id, state, id);

CREATE TABLE jobs (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  args TEXT NOT NULL,
  unique_key TEXT,
  periodic INTEGER NOT NULL,
  run_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key);
CREATE INDEX jobs_due ON jobs (state, run_at, id);

CREATE TABLE tokens (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL,
  digest BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL
);

CREATE TABLE audits (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL
);
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
