-- +goose Up
CREATE TABLE menu_revisions (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  rev INT NOT NULL,
  buttons_json TEXT NOT NULL,
  digest VARCHAR(64) NOT NULL,
  note VARCHAR(200) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX menu_revisions_rev ON menu_revisions (channel_id, rev);
CREATE INDEX menu_revisions_community ON menu_revisions (community_id, id);

CREATE TABLE menu_publications (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  seq INT NOT NULL,
  rev INT NOT NULL,
  digest VARCHAR(64) NOT NULL,
  base VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  error VARCHAR(500) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX menu_publications_seq ON menu_publications (channel_id, seq);
CREATE INDEX menu_publications_community ON menu_publications (community_id, id);

CREATE TABLE tags (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  name VARCHAR(30) NOT NULL,
  rule_json TEXT NOT NULL,
  remote_id BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  error VARCHAR(64) NOT NULL,
  people INT NOT NULL,
  busy_until BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  synced_at BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX tags_name ON tags (channel_id, name);
CREATE INDEX tags_community ON tags (community_id, id);

CREATE TABLE member_tags (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  tag_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  hand INT NOT NULL,
  by_rule BOOLEAN NOT NULL,
  wanted BOOLEAN NOT NULL,
  remote BOOLEAN NOT NULL,
  problem VARCHAR(16) NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX member_tags_once ON member_tags (tag_id, member_id);
CREATE INDEX member_tags_work ON member_tags (tag_id, wanted, remote, id);
CREATE INDEX member_tags_member ON member_tags (member_id);
CREATE INDEX member_tags_community ON member_tags (community_id, id);

CREATE TABLE broadcast_settings (
  channel_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  monthly INT NOT NULL,
  quiet_from INT NOT NULL,
  quiet_to INT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE broadcasts (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  state VARCHAR(16) NOT NULL,
  content_json TEXT NOT NULL,
  audience_json TEXT NOT NULL,
  sponsored BOOLEAN NOT NULL,
  brand_id BIGINT NOT NULL,
  over_quiet BOOLEAN NOT NULL,
  send_at BIGINT NOT NULL,
  people INT NOT NULL,
  expected_skips INT NOT NULL,
  ver INT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_by BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX broadcasts_community ON broadcasts (community_id, id);
CREATE INDEX broadcasts_state ON broadcasts (community_id, state, id);

CREATE TABLE broadcast_chunks (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  broadcast_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  seq INT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  client_msg_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  msg_id VARCHAR(32) NOT NULL,
  people INT NOT NULL,
  called_at BIGINT NOT NULL,
  accepted_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  result VARCHAR(64) NOT NULL,
  total INT NOT NULL,
  filtered INT NOT NULL,
  sent INT NOT NULL,
  errors INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX broadcast_chunks_client ON broadcast_chunks (client_msg_id);
CREATE INDEX broadcast_chunks_of ON broadcast_chunks (broadcast_id, seq);
CREATE INDEX broadcast_chunks_msg ON broadcast_chunks (channel_id, msg_id);
CREATE INDEX broadcast_chunks_community ON broadcast_chunks (community_id, id);

CREATE TABLE broadcast_recipients (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  broadcast_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  chunk_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  month INT NOT NULL,
  counts BOOLEAN NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX broadcast_recipients_once ON broadcast_recipients (broadcast_id, member_id);
CREATE INDEX broadcast_recipients_month ON broadcast_recipients (channel_id, month, counts, member_id);
CREATE INDEX broadcast_recipients_member ON broadcast_recipients (member_id);
CREATE INDEX broadcast_recipients_chunk ON broadcast_recipients (chunk_id);

CREATE TABLE articles (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  media_id VARCHAR(128) NOT NULL,
  title VARCHAR(200) NOT NULL,
  state VARCHAR(16) NOT NULL,
  publish_id VARCHAR(64) NOT NULL,
  article_id VARCHAR(128) NOT NULL,
  url VARCHAR(500) NOT NULL,
  result VARCHAR(64) NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
