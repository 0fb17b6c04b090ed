package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"siyu/models"
)

// How long compiled rules are taken for current without asking the store, and how long the community's name and zone,
// which have no revision, are.
const (
	bookTrusted = time.Second
	bookKept    = time.Minute
)

// communityBook is the compiled rules of all channels of a community.
type communityBook struct {
	name     string // of the community
	zone     *time.Location
	revision int64
	read     models.Millis // when it was compiled
	checked  models.Millis // when its revision was last compared
	channels map[models.ChannelID]*RuleBook
	kinds    map[models.ChannelKind]*RuleBook // of channels without rules of their own
}

// of finds the rules of a channel.
func (b communityBook) of(c models.Channel) *RuleBook {
	if book := b.channels[c.ID]; book != nil {
		return book
	}
	return b.kinds[c.Kind]
}

// books keeps compiled rules. Other instances are noticed within bookTrusted, by one number.
type books struct {
	log *slog.Logger
	mu  sync.Mutex
	all map[models.CommunityID]communityBook
}

// open returns a community's rules as they are now.
func (k *books) open(ctx context.Context, sc *models.Scope) (communityBook, error) {
	k.mu.Lock()
	known, ok := k.all[sc.Community]
	k.mu.Unlock()
	if ok && within(known.checked, sc.Now, bookTrusted) {
		return known, nil
	}
	// The revision is read before the rules: rules that are newer than it are read once more, older ones are not kept.
	book, err := sc.ReplyBook()
	if err != nil {
		return known, err
	}
	if ok && known.revision == book.Revision && within(known.read, sc.Now, bookKept) {
		known.checked = sc.Now
		k.keep(sc.Community, known)
		return known, nil
	}
	fresh, err := k.compile(ctx, sc, book)
	if err != nil {
		return known, err
	}
	k.keep(sc.Community, fresh)
	return fresh, nil
}

// within reports whether less than d has passed since then; a clock that was set back says nothing.
func within(then, now models.Millis, d time.Duration) bool { return then <= now && now.Sub(then) < d }

func (k *books) keep(id models.CommunityID, b communityBook) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all[id] = b
}

// forget has a community's rules read anew: this instance has changed them.
func (k *books) forget(id models.CommunityID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, id)
}

// compile reads a community's rules. One that cannot be read is told in the log and left out.
func (k *books) compile(ctx context.Context, sc *models.Scope, book models.ReplyBook) (communityBook, error) {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return communityBook{}, err
	}
	b := communityBook{name: community.Name, revision: book.Revision, read: sc.Now, checked: sc.Now,
		channels: map[models.ChannelID]*RuleBook{}, kinds: map[models.ChannelKind]*RuleBook{}}
	if b.zone, err = time.LoadLocation(community.Zone); err != nil {
		k.log.WarnContext(ctx, "a community's time zone is not known", "error", err)
		b.zone = time.UTC
	}
	hours, err := book.OpenHours()
	if err != nil {
		return b, err
	}
	rules, err := sc.AllReplyRules()
	if err != nil {
		return b, err
	}
	channels, err := sc.AllChannels()
	if err != nil {
		return b, err
	}
	own := map[models.ChannelID][]models.ReplyRule{}
	for _, r := range rules {
		own[r.ChannelID] = append(own[r.ChannelID], r)
	}
	for _, kind := range []models.ChannelKind{models.OfficialAccount, models.MiniProgram, models.WeCom} {
		b.kinds[kind] = k.rules(ctx, withBuiltins(kind, nil), hours, b.zone)
	}
	for _, c := range channels {
		if c.CommunityID == sc.Community && len(own[c.ID]) > 0 {
			b.channels[c.ID] = k.rules(ctx, withBuiltins(c.Kind, own[c.ID]), hours, b.zone)
		}
	}
	return b, nil
}

func (k *books) rules(ctx context.Context, rules []models.ReplyRule, hours []models.OpenHours, zone *time.Location) *RuleBook {
	book, err := CompileRules(rules, hours, zone)
	if err != nil {
		k.log.ErrorContext(ctx, "reply rules are left out", "error", err)
	}
	return book
}
