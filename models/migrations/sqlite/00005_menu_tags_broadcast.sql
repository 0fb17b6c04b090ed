-- +goose Up
CREATE TABLE menu_revisions (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  buttons_json TEXT NOT NULL,
  digest TEXT NOT NULL,
  note TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX menu_revisions_rev ON menu_revisions (channel_id, rev);
CREATE INDEX menu_revisions_community ON menu_revisions (community_id, id);

CREATE TABLE menu_publications (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  digest TEXT NOT NULL,
  base TEXT NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX menu_publications_seq ON menu_publications (channel_id, seq);
CREATE INDEX menu_publications_community ON menu_publications (community_id, id);

CREATE TABLE tags (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  rule_json TEXT NOT NULL,
  remote_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  people INTEGER NOT NULL,
  busy_until INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  synced_at INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (channel_id, name);
CREATE INDEX tags_community ON tags (community_id, id);

CREATE TABLE member_tags (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  tag_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  hand INTEGER NOT NULL,
  by_rule INTEGER NOT NULL,
  wanted INTEGER NOT NULL,
  remote INTEGER NOT NULL,
  problem TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX member_tags_once ON member_tags (tag_id, member_id);
CREATE INDEX member_tags_work ON member_tags (tag_id, wanted, remote, id);
CREATE INDEX member_tags_member ON member_tags (member_id);
CREATE INDEX member_tags_community ON member_tags (community_id, id);

CREATE TABLE broadcast_settings (
  channel_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  monthly INTEGER NOT NULL,
  quiet_from INTEGER NOT NULL,
  quiet_to INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE broadcasts (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  content_json TEXT NOT NULL,
  audience_json TEXT NOT NULL,
  sponsored INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  over_quiet INTEGER NOT NULL,
  send_at INTEGER NOT NULL,
  people INTEGER NOT NULL,
  expected_skips INTEGER NOT NULL,
  ver INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  confirmed_by INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL
);
CREATE INDEX broadcasts_community ON broadcasts (community_id, id);
CREATE INDEX broadcasts_state ON broadcasts (community_id, state, id);

CREATE TABLE broadcast_chunks (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  broadcast_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  client_msg_id TEXT NOT NULL,
  state TEXT NOT NULL,
  msg_id TEXT NOT NULL,
  people INTEGER NOT NULL,
  called_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  result TEXT NOT NULL,
  total INTEGER NOT NULL,
  filtered INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  errors INTEGER NOT NULL
);
CREATE UNIQUE INDEX broadcast_chunks_client ON broadcast_chunks (client_msg_id);
CREATE INDEX broadcast_chunks_of ON broadcast_chunks (broadcast_id, seq);
CREATE INDEX broadcast_chunks_msg ON broadcast_chunks (channel_id, msg_id);
CREATE INDEX broadcast_chunks_community ON broadcast_chunks (community_id, id);

CREATE TABLE broadcast_recipients (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  broadcast_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  chunk_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  month INTEGER NOT NULL,
  counts INTEGER NOT NULL
);
CREATE UNIQUE INDEX broadcast_recipients_once ON broadcast_recipients (broadcast_id, member_id);
CREATE INDEX broadcast_recipients_month ON broadcast_recipients (channel_id, month, counts, member_id);
CREATE INDEX broadcast_recipients_member ON broadcast_recipients (member_id);
CREATE INDEX broadcast_recipients_chunk ON broadcast_recipients (chunk_id);

CREATE TABLE articles (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  media_id TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  publish_id TEXT NOT NULL,
  article_id TEXT NOT NULL,
  url TEXT NOT NULL,
  result TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL
);
CREATE INDEX articles_community ON articles (community_id, id);
CREATE INDEX articles_state ON articles (channel_id, state, id);

-- +goose Down
DROP TABLE articles;
DROP TABLE broadcast_recipients;
DROP TABLE broadcast_chunks;
DROP TABLE broadcasts;
DROP TABLE broadcast_settings;
DROP TABLE member_tags;
DROP TABLE tags;
DROP TABLE menu_publications;
DROP TABLE menu_revisions;
