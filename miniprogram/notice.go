package miniprogram

import (
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// Notice is one subscription message a room wants sent.
type Notice struct {
	Member   models.MemberID
	Template string // the platform's template id
	// Key makes it one notice however often it is asked for, such as "expiry:<voucher>": 1 to 128 visible characters.
	Key  string
	Page string            // where a tap leads, such as pages/voucher?id=1; empty: nowhere
	Lang string            // zh_CN if empty; zh_TW, zh_HK, en_US
	Data map[string]string // every field of the template
	// Shorten names the fields that may be cut with an ellipsis; any other value that is too long is an error.
	Shorten []string
	At      models.Millis // not before; zero: now
	Until   models.Millis // of no use after; zero: always
	// Zone is the IANA zone whose night is kept quiet; empty: the community's. Urgent notices keep no night: somebody is
	// waiting for them now.
	Zone   string
	Urgent bool
	// Sponsored notices keep the quiet hours of sponsored posts as well: those of the community's rules and of Group's.
	Sponsored bool
	Group     models.GroupID
}

// Quiet is when notices may arrive, in minutes of the local day: from From to before To.
type Quiet struct{ From, To int }

// daytime is from eight in the morning to ten in the evening.
func daytime() Quiet { return Quiet{From: 8 * 60, To: 22 * 60} }

// Allowed is the first moment at or after at that is not quiet; pure. A zone we do not know has no night.
func (q Quiet) Allowed(at models.Millis, zone string) models.Millis {
	loc, err := time.LoadLocation(zone)
	if err != nil || q.From >= q.To {
		return at
	}
	local := at.Time().In(loc)
	switch minute := local.Hour()*60 + local.Minute(); {
	case minute < q.From:
		return models.MillisOf(time.Date(local.Year(), local.Month(), local.Day(), q.From/60, q.From%60, 0, 0, loc))
	case minute >= q.To:
		return models.MillisOf(time.Date(local.Year(), local.Month(), local.Day()+1, q.From/60, q.From%60, 0, 0, loc))
	}
	return at
}

var (
	noticeKey  = regexp.MustCompile(`^[\x21-\x7e]{1,128}$`)
	noticePage = regexp.MustCompile(`^[0-9A-Za-z_\-/.]+(\?[\x21-\x7e]*)?$`)
)

// maxPage bounds the page of a notice in bytes.
const maxPage = 1024

// Notify books a notice in the caller's transaction; it is sent by a job, at most once, when it costs a credit. The same
// key gives the notice that was booked first, whatever came of it. What cannot be sent as it is, is an Invalid
// notice_field that names the field; a member who has never used the Mini Program is NotFound no_openid.
func (s *Service) Notify(sc *models.Scope, in Notice) (models.Notice, error) {
	channel, err := miniProgramOf(sc)
	if err != nil {
		return models.Notice{}, err
	}
	t, err := sc.TemplateNamed(channel.AppID, in.Template)
	if err != nil {
		return models.Notice{}, err
	}
	data, err := in.check(FieldsOf(t))
	if err != nil {
		return models.Notice{}, err
	}
	openID, err := openIDIn(sc, in.Member, channel.AppID)
	if err != nil {
		return models.Notice{}, err
	}
	n := models.Notice{Idem: in.Key, AppID: channel.AppID, TemplateID: in.Template, MemberID: in.Member, OpenID: openID,
		Page: in.Page, Lang: in.Lang, Data: data, NotBefore: max(in.At, sc.Now), UntilAt: in.Until}
	if n.Lang == "" {
		n.Lang = "zh_CN"
	}
	if !in.Urgent {
		if n.NotBefore, err = s.allowed(sc, n.NotBefore, in.Zone, in.nights()); err != nil {
			return n, err
		}
	}
	fresh, err := sc.AddNotice(&n)
	if err != nil || !fresh {
		return n, err
	}
	return n, jobs.Enqueue(sc.Tx, sendNotice{Community: sc.Community, Notice: n.ID, Zone: in.Zone, Urgent: in.Urgent, Nights: in.nights()}, n.NotBefore)
}

// nights names whose quiet hours of sponsored posts are kept: the community's, which is 0, and a group's.
func (in Notice) nights() []models.GroupID {
	switch {
	case !in.Sponsored:
		return nil
	case in.Group == 0:
		return []models.GroupID{0}
	}
	return []models.GroupID{0, in.Group}
}

// allowed is the first moment at or after at that is quiet by none of the hours that are kept.
func (s *Service) allowed(sc *models.Scope, at models.Millis, zone string, nights []models.GroupID) (models.Millis, error) {
	if zone == "" {
		c, err := sc.ReadCommunity(sc.Community)
		if err != nil {
			return 0, err
		}
		zone = c.Zone
	}
	at = s.quiet.Allowed(at, zone)
	var kept []night
	for _, of := range nights {
		p, err := sc.PolicyOf(of)
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		r, err := p.Rules()
		if err != nil {
			return 0, err
		}
		kept = append(kept, night{start: r.QuietStart, end: r.QuietEnd})
	}
	return awake(s.quiet, kept, at, zone), nil
}

// night is when sponsored posts are quiet, in minutes after local midnight: from start to before end, which may be on the next
// day. If both are equal there is none.
type night struct{ start, end int }

// over is the first moment at or after at that is not in the night; pure.
func (n night) over(at models.Millis, zone string) models.Millis {
	loc, err := time.LoadLocation(zone)
	if err != nil || n.start == n.end {
		return at
	}
	local := at.Time().In(loc)
	minute, later := local.Hour()*60+local.Minute(), 0
	if n.start > n.end && minute >= n.start {
		later = 1
	}
	if later == 0 && (minute >= n.end || (n.start < n.end && minute < n.start)) {
		return at
	}
	return models.MillisOf(time.Date(local.Year(), local.Month(), local.Day()+later, n.end/60, n.end%60, 0, 0, loc))
}

// awake is the first moment at or after at that is quiet by nobody's hours; pure. Where together they leave no moment of a day
// it is one that some of them allow.
func awake(day Quiet, nights []night, at models.Millis, zone string) models.Millis {
	for range 2 * (len(nights) + 1) {
		before := at
		for _, n := range nights {
			at = n.over(at, zone)
		}
		if at = day.Allowed(at, zone); at == before {
			break
		}
	}
	return at
}

// check holds a notice to what the platform takes and returns its data; pure.
func (in Notice) check(fields []Field) (string, error) {
	langs := []string{"", "zh_CN", "zh_TW", "zh_HK", "en_US"}
	switch {
	case !noticeKey.MatchString(in.Key):
		return "", models.Errorf(models.Invalid, "notice_field", "a key has 1 to 128 visible characters").With("field", "key").With("why", wrongForm)
	case in.Page != "" && (len(in.Page) > maxPage || !noticePage.MatchString(in.Page) || in.Page[0] == '/'):
		return "", models.Errorf(models.Invalid, "notice_field", "a page has no leading slash").With("field", "page").With("why", wrongForm)
	case !slices.Contains(langs, in.Lang):
		return "", models.Errorf(models.Invalid, "notice_field", "no such language").With("field", "lang").With("why", wrongForm)
	}
	sent := map[string]string{}
	for _, f := range fields {
		value, given := in.Data[f.Name]
		wrong := wrongMissing
		if given {
			sent[f.Name], wrong = f.Check(value, slices.Contains(in.Shorten, f.Name))
		}
		if wrong != "" {
			return "", fieldError(f.Name, wrong)
		}
	}
	for _, name := range sortedKeys(in.Data) {
		if _, known := sent[name]; !known {
			return "", fieldError(name, wrongExtra)
		}
	}
	text, err := json.Marshal(sent)
	return string(text), err
}

func fieldError(name, wrong string) error {
	return models.Errorf(models.Invalid, "notice_field", "the field %s of the template: %s", name, wrong).
		With("field", name).With("why", wrong)
}
