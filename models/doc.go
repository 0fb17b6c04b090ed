// Package models is what Siyu stores, and the only room that knows gorm.
//
// It holds one file per noun: the row, its verbs, and nothing else. Rules live elsewhere: this package never decides
// whether an offer may go out, what a stage is or what a person sees; it must never know HTTP, WeChat or gin, and it
// never exports a *gorm.DB. Everything that belongs to a community is reached through a [Scope], so a query that
// forgets its community does not compile.
//
// # Glossary
//
// The names below are the same in every layer, in the database and in the API.
//
//	account     someone who signs in to the console or the redemption desk: organiser, brand, staff
//	team        the organisers of a community: owners have everything, keepers the groups that are theirs
//	invitation  a link by which a colleague makes herself an account of the team, once
//	staff user  one of a WeCom corp's own people, and which colleague she is
//	session     a signed-in account or member; only the hash of its token is stored
//	community   社群: one organiser's whole world; everything is scoped by it
//	brand       品牌方: a sponsor that publishes offers
//	channel     a connected Official Account, Mini Program or WeCom corp
//	group       群: a WeCom customer group (API) or an ordinary WeChat group (by hand)
//	sync        one reading of all groups of a WeCom corp, which goes on where it stopped
//	chat        what the sync knows of one WeCom group: which version of its members was booked, when it was last read
//	member      成员: a person, however many identities she has
//	identity    one name WeChat gives a person: openid (per app), unionid (per Open Platform account),
//	            external_userid (per WeCom corp), group_openid (per group)
//	follower    whether a person follows an Official Account, as its pushes told
//	video       a Channels (视频号) short video
//	entry       a tracked code or link that leads people in; it says which video sent them
//	slot        one of an Official Account's permanent QR codes; entries take turns with it
//	join way    a way into one WeCom group that says by which entry somebody came
//	link        a URL Link into the Mini Program, shared by many entries
//	visit       somebody opened an entry's page, counted once
//	live code   活码: one printed code that leads to whichever group of its pool has room
//	welcome     欢迎语: what newcomers read first, one to one or in a group
//	greeting    one welcome of one new contact, and what became of it
//	live card   the card of a task that changes in place instead of being posted again
//	room        a group in the pool of a live code
//	seat        the group a live code showed somebody; kept for her while it holds
//	sighting    somebody opened a card in another group than its own; several tell which group an opengid is
//	telling     one message to one of the team about her tasks
//	warning     what an organiser should know before it hurts; it closes by itself when its cause is gone
//	health      signs of how a group is doing, each with its value, its threshold and what to do
//	touch       an append-only fact: somebody did something at a time
//	journey     how far a member came, derived from her touches and equal to a recomputation
//	menu        the buttons below an Official Account's chat; revisions are only added, a publication puts one in force
//	tag         标签: a label on members, by hand or by rule, with its copy at WeChat
//	broadcast   群发: a message to many followers at once
//	chunk       one part of a broadcast: one call to WeChat, under a name of its own
//	recipient   whom a broadcast was meant for; what counts in a member's month
//	article     a news draft published on the account's page
//	policy      the caps of a community or group; append-only, each change a new revision
//	offer       what a brand publishes: text, stock, window
//	terms       one revision of what an offer promises; a voucher keeps those it was claimed under
//	creative    what one language reads of an offer
//	audience    who may claim an offer: everybody, the members of some groups, or who has a tag
//	placement   one offer in one group: planned → reserved → tasked → confirmed, or held, or released
//	turn        when in the week's plan a placement may ask for its slot, where brands compete
//	veto        an organiser's final no to one offer in a group
//	refusal     a member's wish to see no advertising, or none of one brand
//	overlap     how many members two groups share
//	organic     a post in a group that no sponsor paid for
//	record      a link of a group's hash chain: a decision with its inputs, an event, a revision of the rules, an order
//	group day   what was seen of a group on one local day, in numbers of the whole group
//	post result what became of one sponsored post: how many could see it, how many answered
//	learning    what was learnt of a group: how much sponsored posting it bears
//	ratio       clicks that came beside clicks that were foreseen, of a group, a brand or both
//	prior       what a community's groups have in common
//	heartbeat   what an instance says of its clock
//	task        what is handed to a group's owner to post
//	envelope    one WeCom group message to one owner, with all her groups of the same content folded in
//	piece       内容: something of value an organiser writes for her groups; no sponsor pays for it
//	run         a piece in one group at one time
//	owner talk  how much was talked in all groups of one WeCom owner on one day, as WeCom tells it
//	keeper      who of the team looks after a group
//	media       a file uploaded to a WeChat account, which keeps it for three days
//	mass message a group message in WeCom that Siyu did not ask for
//	mass scan   how far a corp's group messages were read
//	voucher     what a member claims: issued → redeemed, or void
//	voucher event one step in a voucher's life; all together are its state
//	redemption  核销: a voucher, or some units of it, written off at the till; it may be reversed
//	shop        门店: a place of a brand where its vouchers are written off; none, for a brand that has none
//	shop staff  which clerk (核销员) works in which shop, and who is its manager
//	till        a phone on which staff write vouchers off, also without a network
//	till line   one voucher a till accepted without a network, and what became of it; never changed
//	wrong code  a clerk asked for a code, or a phone's last digits, that nobody has
//	check-in    签到: a member was here on one day of her own calendar; days in a row are a streak
//	award       that an action of a member counts, once, and how many points she got for it
//	reward plan what a community gives for coming back: points, levels, streaks, reminders; revisions are only added
//	quest       小任务: something a member can do a number of times for points; never sharing, following or bringing others
//	review      评价: what a member says of a voucher that was written off
//	reminder    one reason to write to a member: a voucher that ends, something new, a long silence
//	referral    who brought a member; recorded, never rewarded
//	referrer    the code in the cards a member passes on
//	purse       an account of the ledger: a member's points, a sponsor's dues, or one of the house's own
//	transfer    an amount moved from one purse to another; append-only, named by what caused it
//	lot         points somebody got together, which lapse together and are used before later ones
//	hold        points set aside for something that may not happen: used or given back, once
//	request     a brand's new offer under its idempotency key, kept so that the same key makes no second one
//	contract    how a brand pays: by redemption, claim or placement, or so much a month; revisions are only added
//	statement   what a brand was charged in a month, closed and numbered; each charge is in one of them
//	phone       a person's number as WeChat verified it, kept as keyed hashes and sealed
//	household   家庭: people who count as one where an offer says so: the same phone number, or an organiser's word
//	risk rank   what WeChat thinks of a person's doings, as it was last asked
//	gate        what judges a claim before it waits in the line; its policy says how
//	judgement   a claim that the gate held, denied, or could not find out about
//	appeal      申诉: a member's word against a judgement, and what the organiser decided
//	waiter      候补: a member's place in the waiting list of an offer: waiting → promised → claimed, or lapsed, or left
//	reader      one openid of a Mini Program, as the sender of notices knows it
//	subscription one answer to the subscription dialog, as one of its two sources told it
//	credit      how many subscription messages of a template may be sent to a reader
//	template    a subscription template of a Mini Program's account
//	notice      one subscription message: waiting → sending → accepted → delivered, or failed, or unknown
//	operator    an account's own WeChat
//	check       whether what somebody wrote may be shown to others
//	inbox       every push from WeChat, stored before it is answered
//	delivery    one time a push came; a push has one effect however many there were
//	intent      what a push means to us, whatever its shape
//	reply rule  what is answered to whom: the first that matches speaks
//	reply book  all rules of a community, as one revision
//	window      how many messages a channel may send a person until when, because of what she did
//	message     a customer-service message to one person, sent at most once
//	job         work to be done after the answer, written in the business transaction
//	token       an access token shared by all instances
//	quota       how often an API of a WeChat account was called, and until when it must not be
//	audit       who did what, when
//
// # Times and ids
//
// A time is [Millis]: UTC milliseconds taken once per transaction from the store's clock. An id is [ID]: 63 bits,
// time-ordered, made by the application and never reused.
package models
