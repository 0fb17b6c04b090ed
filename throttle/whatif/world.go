package whatif

// World describes a community and what happens to it. Every field is one parameter of the YAML file; its tags are its
// documentation: unit, default, the range that is taken, the range that is usual, and where the number comes from.
// docs/whatif.md prints them.
type World struct {
	Name  string `key:"name" doc:"What the world is called in reports; the file's name without .yaml if left out."`
	About string `key:"about" doc:"One line for people: what is different here."`
	Days  int    `key:"days" unit:"days" default:"180" range:"1..1500" doc:"How long it is watched."`
	Seed  int    `key:"seed" default:"1" range:"0..1000000000" doc:"The first seed; the others follow it."`
	Seeds int    `key:"seeds" default:"10" range:"1..1000" doc:"How many seeds are run, unless the command says otherwise."`

	Groups     Groups     `key:"groups" doc:"The groups and who is in them."`
	Leave      Leave      `key:"leave" doc:"Who leaves, and what sponsored posts have to do with it."`
	Mute       Mute       `key:"mute" doc:"Members who stay and do not look any more. No platform reports it."`
	Attention  Attention  `key:"attention" doc:"Who sees a post and who opens it."`
	Offers     Offers     `key:"offers" doc:"What brands hand in."`
	Adversary  Adversary  `key:"adversary" doc:"A brand that floods the house with offers that suit nobody and are said to suit everybody."`
	Organic    Talk       `key:"organic" doc:"What members say among themselves."`
	Owner      Owner      `key:"owner" doc:"The person who has to tap 'send'."`
	Callbacks  Callbacks  `key:"callbacks" doc:"What of it is ever reported to Siyu."`
	Growth     Growth     `key:"growth" doc:"Who joins."`
	Correlated Correlated `key:"correlated" doc:"Circles of friends within a group."`
	Worth      Worth      `key:"worth" doc:"What a member is worth to the organiser, counted in clicks of one sponsored post."`
	Hard       Hard       `key:"hard" doc:"Limits that hold for every policy alike."`
	Seasons    []Season   `key:"seasons" doc:"Stretches of days in which things are different: holidays, sales, exams. A list; factors multiply where seasons overlap."`
}

// Groups is the shape of the community.
type Groups struct {
	Count      int     `key:"count" unit:"groups" default:"80" range:"1..2000" doc:"How many groups."`
	Size       float64 `key:"size" unit:"members" default:"200" range:"3..2000" usual:"20-500" doc:"Median size on the first day." source:"WeChat: a group holds 500 at most"`
	SizeSpread float64 `key:"size_spread" unit:"sigma of log" default:"0" range:"0..2" doc:"How sizes differ (lognormal); 0 makes all groups equal. Never below 3."`
	Shared     float64 `key:"shared" unit:"share" default:"0.15" range:"0..1" doc:"Share of the people who sit in two groups. What they see in one tires them in the other."`
}

// Leave is the hazard of leaving.
type Leave struct {
	Base        float64 `key:"base" unit:"per member and day" default:"0.0008" range:"0..0.05" usual:"0.0005-0.0029" doc:"Median hazard of leaving for reasons of one's own." source:"Telegram channels: below 0.05 % a day normal, above 0.1 % a problem"`
	BaseSpread  float64 `key:"base_spread" unit:"sigma of log" default:"0.3" range:"0..2" doc:"How groups differ in it (lognormal)."`
	Extra       float64 `key:"extra" unit:"per member and day" default:"0.00006" range:"0..0.01" usual:"0.00002-0.0002" doc:"Median phi: what fatigue F adds to the hazard is phi g(F), with g by shape."`
	ExtraSpread float64 `key:"extra_spread" unit:"sigma of log" default:"0.9" range:"0..2" doc:"How groups differ in phi (lognormal)."`
	Sensitivity float64 `key:"sensitivity" unit:"sigma of log" default:"0.5" range:"0..2" doc:"How members of one group differ (lognormal, mean 1)."`
	Shape       string  `key:"shape" default:"quadratic" enum:"quadratic,linear,threshold,saturating,power" doc:"g(F): quadratic F^2; linear knee F; threshold 3 (F - knee)^2 above the knee and nothing below; saturating F^2 up to the knee, then ever flatter; power F^exponent, scaled to equal F^2 at the knee." source:"convex: opt-outs of people who get 3 and more a day; linear: Pandora's 21-month test"`
	Knee        float64 `key:"knee" unit:"posts felt" default:"2" range:"0.1..50" doc:"Where the shapes other than quadratic bend or cross it. F = 2 is about four posts a week."`
	Exponent    float64 `key:"exponent" default:"1.5" range:"0.5..4" doc:"Of the shape power."`
	PoorMatch   float64 `key:"poor_match" unit:"per unit of match" default:"0.7" range:"0..2" doc:"A post that suits nobody tires more: a post of match m adds 1 + poor_match (1 - m) to F, at least 0.25."`
	Recovery    float64 `key:"recovery" unit:"days" default:"7" range:"0.5..90" usual:"3-14" doc:"tau: after so many days a member feels a third of what she felt." source:"Kronrod & Huber: annoyance decays over weeks"`
	RecoverySpr float64 `key:"recovery_spread" unit:"sigma of log" default:"0" range:"0..1.5" doc:"How members differ in tau (lognormal)."`
	LongRun     float64 `key:"long_run" unit:"factor" default:"1" range:"1..10" usual:"1-3" doc:"How much larger the harm is in the long run than in the first month." source:"Pandora, 35 million people, 21 months: 3"`
	LongRunDays float64 `key:"long_run_days" unit:"days" default:"60" range:"5..720" doc:"How slowly the long run sets in."`
}

// Mute is what members do who do not leave.
type Mute struct {
	PerLeave float64 `key:"per_leave" unit:"factor" default:"2" range:"0..20" usual:"1-4" doc:"Mutes for each leave that posts cause." source:"60-75 % of those at risk go quiet first (vendors)"`
	Sees     float64 `key:"sees" unit:"share" default:"0.08" range:"0..1" doc:"Chance that a member who muted the group sees a post."`
	Worth    float64 `key:"worth" unit:"share" default:"0.16" range:"0..1" doc:"What such a member is still worth: the share of posts she still sees."`
}

// Attention is seeing and clicking.
type Attention struct {
	Sees        float64 `key:"sees" unit:"share" default:"0.5" range:"0..1" doc:"Chance that a member sees a post."`
	Click       float64 `key:"click" unit:"share of seers" default:"0.04" range:"0..1" usual:"0.01-0.08" doc:"Mean chance that one who sees a post of match 1 opens it."`
	ClickSpread float64 `key:"click_spread" unit:"sigma of log" default:"0.35" range:"0..2" doc:"How groups differ in it (lognormal, mean 1)."`
	Blindness   float64 `key:"blindness" unit:"per post felt" default:"0.1" range:"0..2" usual:"0.05-0.2" doc:"Clicks fall with fatigue as exp(-blindness F)." source:"click rates fall by 30 % after about five exposures (vendors)"`
	Repeat      float64 `key:"repeat" unit:"share" default:"0.5" range:"0..1" doc:"Clicks of a brand that has just been there fall by this share..." source:"Duolingo's recovering arms"`
	RepeatDays  float64 `key:"repeat_days" unit:"days" default:"10" range:"0.5..180" doc:"...and recover over so many days (exponential)."`
}

// Offers is the supply.
type Offers struct {
	PerWeek     float64 `key:"per_week" unit:"offers" default:"30" range:"0..500" doc:"How many offers arrive in a week (Poisson), from all brands. There is a stock from before the first day."`
	Brands      int     `key:"brands" unit:"brands" default:"12" range:"1..500" doc:"How many brands hand them in."`
	FlightShort float64 `key:"flight_short" unit:"days" default:"0.75" range:"0.5..365" usual:"0.5-14" doc:"The shortest flight..."`
	FlightLong  float64 `key:"flight_long" unit:"days" default:"2" range:"0.5..365" usual:"1-30" doc:"...and the longest (uniform). A short flight is an offer of the day: what there is to choose from differs from day to day."`
	Eligible    float64 `key:"eligible" unit:"share" default:"1" range:"0..1" doc:"Share of the groups that an offer is for."`
	BrandMatch  float64 `key:"brand_match" unit:"sigma of log" default:"0.25" range:"0..2" doc:"How much it differs from group to group whether a brand suits (lognormal)."`
	OfferMatch  float64 `key:"offer_match" unit:"sigma of log" default:"0.38" range:"0..2" doc:"How much the brand's single offers differ on top of that. The mean match of all is 1."`
	Prediction  float64 `key:"prediction" unit:"sigma of log" default:"0.2" range:"0..2" doc:"Error of the match that Siyu is told for an offer and a group, different for each offer (lognormal); the true match is hidden."`
	BrandError  float64 `key:"brand_error" unit:"sigma of log" default:"0.15" range:"0..2" doc:"Error of it that is the same for all offers of a brand in a group: only clicks can tell."`
}

// Adversary is the brand that games the house; it comes on top of the others and is numbered last.
type Adversary struct {
	PerWeek   float64 `key:"per_week" unit:"offers" default:"0" range:"0..500" doc:"How many offers it hands in a week; 0 is no such brand."`
	Match     float64 `key:"match" unit:"factor" default:"0.4" range:"0..5" doc:"How well they really suit: the true match is multiplied by this."`
	Overstate float64 `key:"overstate" unit:"factor" default:"4" range:"0..50" doc:"By how much the match that Siyu is told exceeds the true one."`
}

// Talk is the talk of the group.
type Talk struct {
	PerDay float64 `key:"per_day" unit:"posts" default:"12" range:"0..1000" doc:"Median number of posts of members in a group and day. Siyu hears of them a day late."`
	Spread float64 `key:"spread" unit:"sigma of log" default:"0.6" range:"0..2" doc:"How groups differ in it (lognormal)."`
	Need   float64 `key:"need" unit:"posts" default:"0" range:"0..200" doc:"A sponsored post with fewer organic posts than this since the last one tires more; 0 switches it off." source:"Reddit 9:1"`
	Starve float64 `key:"starve" unit:"factor" default:"1" range:"0..5" doc:"How much more, when there was none at all: F rises by 1 + starve instead of 1."`
}

// Owner is the human tap.
type Owner struct {
	Delay  float64 `key:"delay" unit:"hours" default:"0" range:"0..240" doc:"Median time until the owner sends what she was handed; 0 sends at once."`
	Spread float64 `key:"spread" unit:"sigma of log" default:"1" range:"0..3" doc:"How it varies from post to post (lognormal)."`
	Never  float64 `key:"never" unit:"share" default:"0" range:"0..1" doc:"Share of the posts she never sends."`
	Late   float64 `key:"late" unit:"share" default:"0" range:"0..1" doc:"Share of the posts that she sends although their time is over; the others end unsent."`
}

// Callbacks is the platform's news.
type Callbacks struct {
	Loss      float64 `key:"loss" unit:"share" default:"0" range:"0..1" doc:"Share of quits and joins that are never reported one by one. Head counts still show them in sum." source:"WeCom staff: callbacks may be lost or reordered"`
	Delay     float64 `key:"delay" unit:"days" default:"0" range:"0..60" doc:"Mean delay of the others (exponential, whole days), so that they also come out of order."`
	HeadCount int     `key:"head_count" unit:"days" default:"1" range:"0..60" doc:"A head count comes every so many days; 0 is never."`
	Complaint float64 `key:"complaint" unit:"share" default:"0.03" range:"0..1" doc:"Chance that a member whom posts drive away or make mute complains with one tap when she does."`
}

// Growth is who comes.
type Growth struct {
	PerDay float64 `key:"per_day" unit:"per member of the first day" default:"0.0005" range:"0..0.1" doc:"Joins a day."`
}

// Correlated is members who act together.
type Correlated struct {
	Circle  int     `key:"circle" unit:"members" default:"1" range:"1..200" doc:"Size of the circles of friends within a group; 1 is nobody."`
	Follow  float64 `key:"follow" unit:"share" default:"0" range:"0..1" doc:"Chance that a member follows when one of her circle leaves. She counts as lost to posts if the other was."`
	Quarrel float64 `key:"quarrel" unit:"per group and day" default:"0" range:"0..0.1" doc:"Chance of a quarrel: a whole circle leaves, whatever was posted."`
}

// Worth is the organiser's scale.
type Worth struct {
	MemberDay float64 `key:"member_day" unit:"clicks" default:"0.02" range:"0..5" usual:"0.005-0.06" doc:"One day of one member. It decides the answer, so the organiser has to set it; policies are told."`
	Told      float64 `key:"told" unit:"factor" default:"1" range:"0.01..100" doc:"What policies are told is the truth times this: an organiser who does not know what members are worth."`
	After     float64 `key:"after" unit:"days" default:"300" range:"0..3000" doc:"A member who is there at the end is worth so many days more. Policies are told."`
}

// Hard holds for everybody.
type Hard struct {
	Decisions int     `key:"decisions" unit:"a day" default:"6" range:"1..24" doc:"How often a day each group's turn to decide comes; evenly over the waking hours. At most one post a turn."`
	WakeFrom  int     `key:"wake_from" unit:"o'clock" default:"9" range:"0..23" doc:"Quiet hours end."`
	WakeTo    int     `key:"wake_to" unit:"o'clock" default:"21" range:"1..24" doc:"Quiet hours begin."`
	OfferOnce float64 `key:"offer_once" unit:"days" default:"30" range:"1..365" doc:"The same offer not twice in a group within this."`
	Hold      float64 `key:"hold" unit:"hours" default:"12" range:"0.5..240" doc:"How long the owner may take; the night cuts it."`
}

// Season is a stretch in which things are different.
type Season struct {
	From    int     `key:"from" unit:"day" default:"0" range:"0..1500" doc:"Its first day, counted from 0."`
	Days    int     `key:"days" unit:"days" default:"7" range:"1..1500" doc:"How long it is."`
	Leaves  float64 `key:"leaves" unit:"factor" default:"1" range:"0..20" doc:"On leaving for reasons of one's own."`
	Harm    float64 `key:"harm" unit:"factor" default:"1" range:"0..20" doc:"On what posts add to it."`
	Sees    float64 `key:"sees" unit:"factor" default:"1" range:"0..2" doc:"On seeing posts."`
	Clicks  float64 `key:"clicks" unit:"factor" default:"1" range:"0..20" doc:"On clicking."`
	Offers  float64 `key:"offers" unit:"factor" default:"1" range:"0..20" doc:"On offers that arrive."`
	Organic float64 `key:"organic" unit:"factor" default:"1" range:"0..20" doc:"On organic posts."`
}
