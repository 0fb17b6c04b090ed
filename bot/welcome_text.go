package bot

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"siyu/models"
)

// What WeCom takes in a welcome, in bytes, and how much of a name is said back.
const (
	contactTextBytes = 4000 // send_welcome_msg
	groupTextBytes   = 3000 // group_welcome_template, with its %NICKNAME%
	welcomeURLBytes  = 2048
	nicknameRunes    = 32
)

// The places in a welcome's text. WeCom fills in the first in groups by itself.
const (
	placeNickname  = "%NICKNAME%"
	placeCommunity = "%COMMUNITY%"
)

// WelcomeOptions are the numbers of welcomes; zero means the default.
type WelcomeOptions struct {
	// Within is how long after somebody was added she can be welcomed; 20 s. (WeCom "send a welcome to a new contact".)
	Within time.Duration
	// Retry is the pause before a welcome that another app was just sending is tried again; 1 s.
	Retry time.Duration
	// Most is how many group welcomes a corp may keep; 100. (Seen in several texts, in no official one.)
	Most int
	// CheckEvery is how often WeCom is asked whether somebody has changed a group's welcome; a day.
	CheckEvery time.Duration
}

func (o WelcomeOptions) filled() WelcomeOptions {
	if o.Within == 0 {
		o.Within = 20 * time.Second
	}
	if o.Retry == 0 {
		o.Retry = time.Second
	}
	if o.Most == 0 {
		o.Most = 100
	}
	if o.CheckEvery == 0 {
		o.CheckEvery = day
	}
	return o
}

// WelcomeDraft is what an organiser wants newcomers to read.
type WelcomeDraft struct {
	Kind    models.WelcomeKind
	Name    string
	Enabled bool
	Entry   models.EntryID // of a contact's: only who comes through it; of a group's: whom its card counts for
	Video   models.VideoID
	State   string
	Texts   map[string]string // by language; a group's has one
	Part    models.WelcomePart
}

// check says what is wrong with a draft; community is the name that the texts are filled with.
func (d WelcomeDraft) check(community string) error {
	most := contactTextBytes
	if d.Kind == models.WelcomeGroup {
		most = groupTextBytes
		if len(d.Texts) > 1 {
			return models.Errorf(models.Invalid, "welcome_one_text", "WeCom shows everybody the same text").With("field", "texts")
		}
	}
	said := false
	for lang, text := range d.Texts {
		if !slices.Contains(fallback(""), lang) {
			return models.Errorf(models.Invalid, "bad_field", "texts are in no such language").With("field", "texts")
		}
		if n := len(fill(text, "COMMUNITY", community)); n > most {
			return models.Errorf(models.Invalid, "welcome_long", "a text has %d bytes", n).With("field", "texts").With("limit", most)
		}
		said = said || strings.TrimSpace(text) != ""
	}
	if !said {
		return models.Errorf(models.Invalid, "welcome_empty", "there is no text").With("field", "texts")
	}
	return checkPart(d)
}

func checkPart(d WelcomeDraft) error {
	p := d.Part
	bad := func(field string) error {
		return models.Errorf(models.Invalid, "welcome_part_bad", "what comes with the text lacks %s", field).With("field", "part."+field)
	}
	if len(p.Title) > wecomTitleBytes {
		return models.Errorf(models.Invalid, "welcome_long", "the title is too long").With("field", "part.title").With("limit", wecomTitleBytes)
	}
	switch p.Kind {
	case "":
		return nil
	case "entry":
		if d.Kind == models.WelcomeGroup && d.Entry == 0 {
			return bad("entry_id")
		}
	case "miniprogram":
		if p.Page == "" || p.Title == "" || len(p.Page) > 1024 {
			return bad("page")
		}
	case "link":
		if p.Title == "" || !isWebAddress(p.URL) || len(p.Desc) > wecomDescBytes || (p.PicURL != "" && !isWebAddress(p.PicURL)) {
			return bad("url")
		}
	case "image":
		if !isWebAddress(p.PicURL) {
			return bad("pic_url")
		}
	case "file", "video":
		if p.MediaID == "" || len(p.MediaID) > 255 {
			return bad("media_id")
		}
	default:
		return bad("kind")
	}
	return nil
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= welcomeURLBytes && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// chooseWelcome finds the welcome of somebody who came with a state, through an entry that may belong to a video: the most
// specific one, of several the newest. none: there is none for her, and the house's own is said.
func chooseWelcome(all []models.Welcome, state string, e models.Entry) (w models.Welcome, none bool) {
	best := 0
	for _, one := range all {
		rank := 0
		switch {
		case one.State != "":
			if one.State == state {
				rank = 4
			}
		case one.EntryID != 0:
			if one.EntryID == e.ID {
				rank = 3
			}
		case one.VideoID != 0:
			if one.VideoID == e.VideoID {
				rank = 2
			}
		default:
			rank = 1
		}
		if rank > 0 && rank >= best && (one.Enabled || rank == 1) {
			best, w = rank, one
		}
	}
	return w, best == 0
}

// houseWelcome is what is said to a new contact while the organiser has written nothing.
func houseWelcome() models.Welcome {
	w := models.Welcome{Kind: models.WelcomeContact, Enabled: true}
	_ = w.SetWords(map[string]string{ // texts always marshal
		LangHans: "%NICKNAME%，你好！欢迎来到「%COMMUNITY%」。最近的活动和优惠都在下面，随时看看；有问题直接回复我。",
		LangHant: "%NICKNAME%，你好！歡迎來到「%COMMUNITY%」。最近的活動和優惠都在下面，隨時看看；有問題直接回覆我。",
		LangEn:   "%NICKNAME%, hello and welcome to %COMMUNITY%! What is on and what is offered is right below. Questions? Just reply.",
	}, models.WelcomePart{Kind: "entry"})
	return w
}

// inLanguage picks the text for somebody who reads lang, or if nobody knows what she reads, for most people here.
func inLanguage(texts map[string]string, lang string) (text, in string) {
	for _, l := range fallback(lang) {
		if strings.TrimSpace(texts[l]) != "" {
			return texts[l], l
		}
	}
	return "", ""
}

// personal fills a text for somebody; a name that is not known goes with the comma or the space that led to it.
func personal(text, name, community string) string {
	name = cleanName(name)
	if name == "" {
		text = withoutName(text)
	}
	return fill(text, strings.Trim(placeNickname, "%"), name, strings.Trim(placeCommunity, "%"), community)
}

// cleanName is a nickname that can stand in a sentence: one line, no control characters, not endless.
func cleanName(name string) string {
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' { // joined emoji stay
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))), " ")
	if utf8.RuneCountInString(name) > nicknameRunes {
		name = string([]rune(name)[:nicknameRunes])
	}
	return name
}

// withoutName takes the name's place out of a text so that no comma is left hanging.
func withoutName(text string) string {
	before, after := []string{"，", "、", ", ", ",", " "}, []string{"，", "、", ", ", ",", " "}
	for strings.Contains(text, placeNickname) {
		left, right, _ := strings.Cut(text, placeNickname)
		cut := false
		for _, mark := range before {
			if short, had := strings.CutSuffix(left, mark); had && short != "" {
				left, cut = short, true
				break
			}
		}
		for _, mark := range after {
			if cut {
				break
			}
			right, cut = strings.CutPrefix(right, mark)
		}
		text = left + right
	}
	return upperFirst(text)
}

// upperFirst begins a sentence that has lost its first word with a capital.
func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || !unicode.IsLower(r) {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
