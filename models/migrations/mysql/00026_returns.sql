-- +goose Up
CREATE TABLE check_ins (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  day INT NOT NULL,
  zone VARCHAR(64) NOT NULL,
  made_up BOOLEAN NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX check_ins_day ON check_ins (member_id, day);

CREATE TABLE awards (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  uid VARCHAR(96) NOT NULL,
  member_id BIGINT NOT NULL,
  action VARCHAR(16) NOT NULL,
  ref BIGINT NOT NULL,
  term VARCHAR(24) NOT NULL,
  round INT NOT NULL,
  points INT NOT NULL,
  booked INT NOT NULL,
  note VARCHAR(255) NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  void_at BIGINT NOT NULL,
  void_why VARCHAR(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX awards_uid ON awards (community_id, uid);
CREATE INDEX awards_member ON awards (member_id, action, at);
CREATE INDEX awards_quest ON awards (community_id, action, ref);
CREATE INDEX awards_void ON awards (community_id, void_at, booked);

CREATE TABLE reward_plans (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  rev INT NOT NULL,
  body MEDIUMTEXT NOT NULL,
  account_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX reward_plans_rev ON reward_plans (community_id, rev);

CREATE TABLE quests (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  preset VARCHAR(32) NOT NULL,
  action VARCHAR(16) NOT NULL,
  period VARCHAR(16) NOT NULL,
  goal INT NOT NULL,
  points INT NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT NOT NULL,
  choices TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX quests_open ON quests (community_id, ended_at, id);

CREATE TABLE quest_answers (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  quest_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  term VARCHAR(24) NOT NULL,
  choice INT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX quest_answers_once ON quest_answers (quest_id, member_id, term);
CREATE INDEX quest_answers_member ON quest_answers (member_id, id);

CREATE TABLE reviews (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  redemption_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  stars INT NOT NULL,
  body TEXT NOT NULL,
  ver INT NOT NULL,
  state VARCHAR(16) NOT NULL,
  hidden_at BIGINT NOT NULL,
  hidden_by BIGINT NOT NULL,
  hide_reason VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX reviews_once ON reviews (redemption_id);
CREATE INDEX reviews_offer ON reviews (community_id, offer_id, state, id);
CREATE INDEX reviews_community ON reviews (community_id, id);
CREATE INDEX reviews_member ON reviews (member_id, id);

CREATE TABLE referrals (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  referrer_id BIGINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX referrals_once ON referrals (member_id);
CREATE INDEX referrals_referrer ON referrals (referrer_id);
CREATE INDEX referrals_at ON referrals (community_id, at);

CREATE TABLE referrers (
  member_id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  code VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX referrers_code ON referrers (community_id, code);

CREATE TABLE reminders (
  id BIGINT NOT NULL PRIMARY KEY,
  community_id BIGINT NOT NULL,
  uid VARCHAR(96) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  member_id BIGINT NOT NULL,
  offer_id BIGINT NOT NULL,
  voucher_id BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(48) NOT NULL,
  notice_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX reminders_uid ON reminders (community_id, uid);
CREATE INDEX reminders_member ON reminders (member_id, kind, at);
CREATE INDEX reminders_community ON reminders (community_id, state, id);

-- +goose Down
DROP TABLE reminders;
DROP TABLE referrers;
DROP TABLE referrals;
DROP TABLE reviews;
DROP TABLE quest_answers;
DROP TABLE quests;
DROP TABLE reward_plans;
DROP TABLE awards;
DROP TABLE check_ins;
