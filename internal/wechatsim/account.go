package wechatsim

import (
	"cmp"
	"errors"
	"fmt"
)

// Format is how a Mini Program wants its pushes; Official Accounts and WeCom
// know only XML.
type Format string

// The two push formats of a Mini Program console.
const (
	XML  Format = "xml"
	JSON Format = "json"
)

// App is an Official Account or a Mini Program as its console shows it.
type App struct {
	AppID       string `json:"appid"`
	Secret      string `json:"secret"`
	Token       string `json:"token"`        // signs pushes
	AESKey      string `json:"aes_key"`      // EncodingAESKey, 43 characters
	Plain       bool   `json:"plain"`        // plaintext mode: pushes are not encrypted
	Format      Format `json:"format"`       // Mini Programs only; default XML
	CallbackURL string `json:"callback_url"` // empty: no pushes
	OriginalID  string `json:"original_id"`  // gh_…; made up when empty
	// Unbound accounts belong to no Open Platform account: no unionid.
	Unbound bool `json:"unbound"`
	// Subscription marks an Official Account of the simpler kind: no parameter
	// QR, and one mass send a day instead of four a month.
	Subscription bool `json:"subscription"`
	// ChatTool says that the platform has granted it the chat tool.
	ChatTool bool `json:"chat_tool,omitempty"`
	// Templates are the subscription templates in use, with their field names
	// (thing1, time2, …). Nil accepts every template and every field type.
	Templates map[string][]string `json:"templates,omitempty"`
	// TemplateList is the same with titles and texts, as gettemplate shows
	// them; it wins over Templates.
	TemplateList []SubscribeTemplate `json:"template_list,omitempty"`
}

// Corp is a WeCom corporation with one self-built app.
type Corp struct {
	CorpID      string `json:"corpid"`
	Secret      string `json:"secret"`
	AgentID     string `json:"agentid"`
	Token       string `json:"token"`
	AESKey      string `json:"aes_key"`
	CallbackURL string `json:"callback_url"`
	// Unbound corporations have no WeChat developer id: members come without unionid.
	Unbound bool `json:"unbound"`
	// Greets corporations have a welcome of WeCom's own console: new contacts come without a welcome code.
	Greets bool `json:"greets,omitempty"`
	// WelcomeTemplates is how many group welcomes it may have; default 100.
	WelcomeTemplates int `json:"welcome_templates,omitempty"`
	// Visible is how many people are in the app's range. With more than 1000
	// groupchat/list must name owners: 81017.
	Visible int `json:"visible,omitempty"`
}

type kind string

const (
	official kind = "official"
	mini     kind = "miniprogram"
	wecom    kind = "wecom"
)

type account struct {
	kind      kind
	id        string
	secret    string
	token     string
	original  string // ToUserName of its pushes
	agentID   string
	aesKey    string // as its console shows it
	callback  string
	plain     bool
	format    Format
	unbound   bool
	templates map[string][]string
	listed    []SubscribeTemplate
	box       *box

	subscription bool     // a subscription account, not a service account
	chatTool     bool     // granted
	addresses    []string // whitelist of callers; empty: everybody

	stable       string // current stable (or WeCom) token
	latest       string // newest token of /cgi-bin/token
	forcedUnix   int64  // last forced refresh
	contactUsers map[*Person][]contactUser
	departed     []string       // staff who have left
	transfers    map[string]int // groups a new owner was given, by day and userid
	busyWelcomes int            // calls that find another app welcoming a new contact
	greets       bool           // WeCom's console has a welcome of its own
	welcomesMost int            // group welcomes it may have
	visible      int            // people in the app's range; above 1000 no list without owners

	known map[string]*Person // by the id this account knows; see Sim.who
	asked int                // how many of Sim.people are in it
}

// Errors of the simulated world, for errors.Is.
var (
	ErrUnknownAccount = errors.New("wechatsim: no such account")
	ErrUndelivered    = errors.New("wechatsim: push not accepted")
	ErrNotFollowing   = errors.New("wechatsim: person does not follow the account")
	ErrExpiredQR      = errors.New("wechatsim: qr code has expired")
	ErrNoSession      = errors.New("wechatsim: no session_key: the login code was never exchanged")
	ErrNotMember      = errors.New("wechatsim: not a member of the group")
	ErrAlreadyMember  = errors.New("wechatsim: already a member of the group")
	ErrGroupFull      = errors.New("wechatsim: group is full")
	ErrDismissed      = errors.New("wechatsim: group was dismissed")
	ErrWrongKind      = errors.New("wechatsim: not possible for this kind of account or group")
	ErrNoTask         = errors.New("wechatsim: no such send task for this owner")
	ErrCancelled      = errors.New("wechatsim: send task was cancelled")
	ErrAlreadySent    = errors.New("wechatsim: send task was already confirmed")
	ErrCapped         = errors.New("wechatsim: group has had its broadcasts of this month")
	ErrNoButton       = errors.New("wechatsim: no such button in the menu")
	ErrNoJoinWay      = errors.New("wechatsim: no such join way")
)

// AddOfficial registers an Official Account.
func (s *Sim) AddOfficial(app App) error { return s.addApp(official, app) }

// AddMiniProgram registers a Mini Program.
func (s *Sim) AddMiniProgram(app App) error { return s.addApp(mini, app) }

func (s *Sim) addApp(k kind, app App) error {
	if app.Format == "" || k == official {
		app.Format = XML
	}
	if app.Format != XML && app.Format != JSON {
		return fmt.Errorf("add %s %s: unknown format %q", k, app.AppID, app.Format)
	}
	if app.OriginalID == "" {
		app.OriginalID = s.mint("gh_", "0123456789abcdef", 12, "original", app.AppID)
	}
	templates := app.Templates
	if app.TemplateList != nil {
		templates = fieldsOfTemplates(app.TemplateList)
	}
	return s.add(&account{
		kind: k, id: app.AppID, secret: app.Secret, token: app.Token, original: app.OriginalID,
		callback: app.CallbackURL, plain: app.Plain, format: app.Format, unbound: app.Unbound,
		templates: templates, listed: app.TemplateList, subscription: app.Subscription && k == official,
		chatTool: app.ChatTool,
	}, app.AESKey)
}

// AddWeCom registers a corporation.
func (s *Sim) AddWeCom(corp Corp) error {
	return s.add(&account{
		kind: wecom, id: corp.CorpID, secret: corp.Secret, token: corp.Token, original: corp.CorpID,
		agentID: corp.AgentID, callback: corp.CallbackURL, format: XML, unbound: corp.Unbound,
		contactUsers: map[*Person][]contactUser{}, greets: corp.Greets, welcomesMost: cmp.Or(corp.WelcomeTemplates, maxWelcomes),
		visible: corp.Visible,
	}, corp.AESKey)
}

func (s *Sim) add(acc *account, aesKey string) error {
	if acc.id == "" {
		return fmt.Errorf("add %s: empty id", acc.kind)
	}
	if !acc.plain {
		b, err := newBox(aesKey, acc.id)
		if err != nil {
			return fmt.Errorf("add %s %s: %w", acc.kind, acc.id, err)
		}
		acc.box, acc.aesKey = b, aesKey
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[acc.id] != nil {
		return fmt.Errorf("add %s %s: already registered", acc.kind, acc.id)
	}
	s.accounts[acc.id] = acc
	s.order = append(s.order, acc)
	return nil
}

// SetVisible says how many people are in the range of a corporation's app.
func (s *Sim) SetVisible(corpID string, people int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		return fmt.Errorf("set visible: %w", err)
	}
	acc.visible = people
	return nil
}

// SetCallback moves an account's callback URL, as its console can.
func (s *Sim) SetCallback(id, url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc := s.accounts[id]
	if acc == nil {
		return fmt.Errorf("%w: %s", ErrUnknownAccount, id)
	}
	acc.callback = url
	return nil
}

// account finds an account of one of the kinds; mu is held.
func (s *Sim) account(id string, kinds ...kind) (*account, error) {
	acc := s.accounts[id]
	if acc == nil {
		return nil, fmt.Errorf("%w: %s", ErrUnknownAccount, id)
	}
	for _, k := range kinds {
		if acc.kind == k {
			return acc, nil
		}
	}
	return nil, fmt.Errorf("%w: %s is a %s", ErrWrongKind, id, acc.kind)
}
