package bot

import (
	"regexp"
	"strings"
	"sync"

	"siyu/models"
	"siyu/offers"
)

// Remark is something that must not be said in a group, and where it is said.
type Remark struct {
	Code   string // [RemarkSharing], [RemarkHeads] or [RemarkAdvert]
	Phrase string // the words it is about
}

// What conduct forbids.
const (
	RemarkSharing = "share_gated" // a reward for forwarding, following or inviting
	RemarkHeads   = "head_gated"  // a benefit that comes when enough people are there
	RemarkAdvert  = "advert"      // an advertisement: it belongs into an offer, where the throttle counts it
)

// conduct finds rewards for sharing by the same rules as offers. WeChat bans accounts and groups that promise them (its rules on
// induced sharing, 诱导分享); plain talk of sharing is fine.
type conduct struct {
	linter func() *offers.Linter // made when it is first asked: its rules take milliseconds to compile
	label  *regexp.Regexp
}

func newConduct() conduct {
	return conduct{
		linter: sync.OnceValue(offers.NewLinter),
		label:  regexp.MustCompile(`(?i)^\s*[【\[（(]\s*(` + strings.Join(quoted(models.AdLabels()), "|") + `)\s*[】\])）]`),
	}
}

func quoted(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = regexp.QuoteMeta(s)
	}
	return out
}

// remarks lists what is wrong with some texts that are posted together, each kind once.
func (c conduct) remarks(texts ...string) []Remark {
	var all []Remark
	found := c.linter().Read(strings.Join(texts, "\n"))
	find := func(code string, rules ...string) {
		for _, rule := range rules {
			for _, f := range found {
				if f.Rule == rule {
					all = append(all, Remark{Code: code, Phrase: clip(strings.TrimSpace(f.Phrase), 120)})
					return
				}
			}
		}
	}
	find(RemarkSharing, "share_gated", "follow_gated", "like_gated", "invite_gated")
	find(RemarkHeads, "head_gated")
	for _, t := range texts {
		if found := c.label.FindString(t); found != "" {
			all = append(all, Remark{Code: RemarkAdvert, Phrase: strings.TrimSpace(found)})
			break
		}
	}
	return all
}
