package miniprogram

import (
	"strconv"
	"time"

	"siyu/models"
)

// The templates of cards that can change. (Platform documentation "updatable messages" and of the chat tool.)
const (
	templateFull        = "666F374D69D16C932E45D7E7D9F10CEF6177F5F5" // ends in "everybody is here"
	templateParticipate = "2A84254B945674A2F88CE4970782C402795EB607" // of the chat tool
)

// CardOptions are the numbers of cards that can change; zero means the default.
type CardOptions struct {
	// Life is how long one can be changed; 24 h, unless the platform says otherwise for the card.
	Life time.Duration
	// Every is the least time between two changes of one; 30 s.
	Every time.Duration
	// DueSoon is how long before its offer's end a card of the chat tool says so; 2 h.
	DueSoon time.Duration
	// TwoStates has updatable messages end in state 1, as the page of the API says. The guide, which is newer, knows a state
	// 2, "ended": the default.
	TwoStates bool
}

func (o CardOptions) filled() CardOptions {
	if o.Life == 0 {
		o.Life = 24 * time.Hour
	}
	if o.Every == 0 {
		o.Every = 30 * time.Second
	}
	if o.DueSoon == 0 {
		o.DueSoon = 2 * time.Hour
	}
	return o
}

// The states of the platform's cards.
const (
	updatableGoing = 0
	updatableFull  = 1
	updatableEnded = 2
	chatToolGoing  = 1
	chatToolSoon   = 2
	chatToolEnded  = 3
)

// cardNews is what a card is to be told. The zero value: nothing.
type cardNews struct {
	Tell   bool
	Target int
	Said   string
	Final  bool // nothing comes after it
}

// newsOf is what a live card is to be told of its offer at a time; with the offer as it is then.
func newsOf(c models.LiveCard, o models.Offer, now models.Millis, opts CardOptions) cardNews {
	if now >= c.ExpiresAt { // the platform says by itself that it has ended
		return cardNews{Final: true}
	}
	sold := o.Claimed >= o.Stock
	over := now >= o.EndsAt || o.State != models.OfferApproved
	switch c.Kind {
	case models.CardUpdatable:
		switch {
		case sold:
			return cardNews{Tell: true, Target: updatableFull, Said: taken(o), Final: true}
		case over && opts.TwoStates: // "everybody is here" would be wrong: it ends by itself within the day
			return cardNews{Final: true}
		case over:
			return cardNews{Tell: true, Target: updatableEnded, Said: taken(o), Final: true}
		case taken(o) != c.Said:
			return cardNews{Tell: true, Target: updatableGoing, Said: taken(o)}
		}
	case models.CardChatTool:
		target := chatToolGoing
		switch {
		case sold || over:
			target = chatToolEnded
		case now.Add(opts.DueSoon) >= o.EndsAt:
			target = chatToolSoon
		}
		if target > c.Target {
			return cardNews{Tell: true, Target: target, Said: strconv.Itoa(target), Final: target == chatToolEnded}
		}
	case models.CardTodo, models.CardPlain:
	}
	return cardNews{}
}

// taken is how much of an offer is taken, as a card says it.
func taken(o models.Offer) string { return strconv.Itoa(o.Claimed) + "/" + strconv.Itoa(o.Stock) }

// CardParameter is a value that a card shows.
type CardParameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// countParameters are what an updatable message shows while it goes on.
func countParameters(o models.Offer) []CardParameter {
	return []CardParameter{{"member_count", strconv.Itoa(o.Claimed)}, {"room_limit", strconv.Itoa(o.Stock)}}
}

// cardCall is the request that tells a card its news. A card of the chat tool is never told who took part: each of them
// would be a line in the chat that everybody reads, with her name.
func cardCall(c models.LiveCard, o models.Offer, path string, n cardNews) (api string, body map[string]any) {
	if c.Kind == models.CardChatTool {
		return "/cgi-bin/message/wxopen/chattoolmsg/send", map[string]any{"activity_id": c.ActivityID, "target_state": n.Target,
			"template_id": c.TemplateID, "version_type": 0}
	}
	parameters := []CardParameter{}
	switch n.Target {
	case updatableGoing:
		parameters = countParameters(o)
	case updatableFull:
		parameters = []CardParameter{{"path", path}, {"version_type", "release"}}
	}
	return "/cgi-bin/message/wxopen/updatablemsg/send", map[string]any{"activity_id": c.ActivityID, "target_state": n.Target,
		"template_info": map[string]any{"parameter_list": parameters}}
}
