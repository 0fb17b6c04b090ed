-- +goose Up
CREATE TABLE check_ins (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  zone TEXT NOT NULL,
  made_up INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX check_ins_day ON check_ins (member_id, day);

CREATE TABLE awards (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  ref INTEGER NOT NULL,
  term TEXT NOT NULL,
  round INTEGER NOT NULL,
  points INTEGER NOT NULL,
  booked INTEGER NOT NULL,
  note TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  void_at INTEGER NOT NULL,
  void_why TEXT NOT NULL
);
CREATE UNIQUE INDEX awards_uid ON awards (community_id, uid);
CREATE INDEX awards_member ON awards (member_id, action, at);
CREATE INDEX awards_quest ON awards (community_id, action, ref);
CREATE INDEX awards_void ON awards (community_id, void_at, booked);

CREATE TABLE reward_plans (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  body TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX reward_plans_rev ON reward_plans (community_id, rev);

CREATE TABLE quests (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  preset TEXT NOT NULL,
  action TEXT NOT NULL,
  period TEXT NOT NULL,
  goal INTEGER NOT NULL,
  points INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  choices TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX quests_open ON quests (community_id, ended_at, id);

CREATE TABLE quest_answers (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  quest_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  term TEXT NOT NULL,
  choice INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX quest_answers_once ON quest_answers (quest_id, member_id, term);
CREATE INDEX quest_answers_member ON quest_answers (member_id, id);

CREATE TABLE reviews (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  redemption_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  brand_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  stars INTEGER NOT NULL,
  body TEXT NOT NULL,
  ver INTEGER NOT NULL,
  state TEXT NOT NULL,
  hidden_at INTEGER NOT NULL,
  hidden_by INTEGER NOT NULL,
  hide_reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX reviews_once ON reviews (redemption_id);
CREATE INDEX reviews_offer ON reviews (community_id, offer_id, state, id);
CREATE INDEX reviews_community ON reviews (community_id, id);
CREATE INDEX reviews_member ON reviews (member_id, id);

CREATE TABLE referrals (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  referrer_id INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX referrals_once ON referrals (member_id);
CREATE INDEX referrals_referrer ON referrals (referrer_id);
CREATE INDEX referrals_at ON referrals (community_id, at);

CREATE TABLE referrers (
  member_id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX referrers_code ON referrers (community_id, code);

CREATE TABLE reminders (
  id INTEGER NOT NULL PRIMARY KEY,
  community_id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  kind TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  offer_id INTEGER NOT NULL,
  voucher_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  notice_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
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
