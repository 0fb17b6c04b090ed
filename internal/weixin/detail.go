package weixin

// ArticleRef says which article a message was written under.
type ArticleRef struct {
	DataID string // MsgDataId
	Index  int64  // Idx: which article of the issue, counted from 1
}

// Media is a picture, a sound or a film somebody sent. Its id is Message.MediaID and lives three days.
type Media struct {
	PicURL       string // of a picture
	Format       string // of a sound, such as amr
	Recognition  string // of a sound: what WeChat heard, if the account has that on
	ThumbMediaID string // of a film: its cover
}

// Place is where somebody is or what she chose on the map.
type Place struct {
	Latitude  float64 // degrees; Location_X of a message
	Longitude float64 // degrees; Location_Y of a message
	Precision float64 // metres, of a LOCATION event
	Scale     float64 // zoom of the map
	Label     string  // address in words
	POI       string  // name of the place, Poiname of a location_select
}

// Link is a shared page.
type Link struct {
	Title       string
	Description string
	URL         string
}

// Card is a Mini Program's page that somebody sent to its customer service.
type Card struct {
	Title        string
	AppID        string
	PagePath     string
	ThumbURL     string
	ThumbMediaID string
}

// ScanCode is what somebody scanned from the menu.
type ScanCode struct {
	Type   string // qrcode, barcode
	Result string
}

// Pictures are what somebody chose from the menu. The pictures themselves come as messages of their own.
type Pictures struct {
	Count int64
	MD5   []string
}

// MassResult is what became of a mass message; Message.Status is "send success", "send fail" or "err(n)".
type MassResult struct {
	Total    int64 // people it was meant for
	Filtered int64 // of them, those left after tags, blocks and each person's four a month were taken away
	Sent     int64
	Failed   int64
	Articles []ArticleURL
	Copies   []CopyrightCheck
	State    int64 // CheckState: 1 not reprinted, 2 replaced by the original, 3 may not be sent
}

// ArticleURL is where an article can be read.
type ArticleURL struct {
	Index int64 // counted from 1
	URL   string
}

// CopyrightCheck says what WeChat found out about who wrote an article of a mass message.
type CopyrightCheck struct {
	Index           int64
	UserDeclared    int64 // 0 nothing, 1 our own, 2 a reprint with permission
	AuditState      int64 // 0 to 4: ours, reprinted, …
	OriginalURL     string
	OriginalType    int64
	CanReprint      bool
	ReplacesContent bool
	ShowsSource     bool
}

// PublishResult is what became of a published draft.
type PublishResult struct {
	ID        string // publish_id
	Status    int64  // 0 done, 1 running, 2 not original, 3 failed, 4 refused, 5 deleted, 6 banned
	ArticleID string
	Articles  []ArticleURL
	Failed    []int64 // numbers of the refused articles, counted from 1
}

// Suggest is what to do with something the platform looked at.
type Suggest string

// The suggestions of the platform's content safety.
const (
	SuggestPass   Suggest = "pass"
	SuggestReview Suggest = "review"
	SuggestRisky  Suggest = "risky"
)

// MediaCheck is what the platform found in a picture or a sound it was asked to look at.
type MediaCheck struct {
	AppID   string
	TraceID string // what mediaCheckAsync answered
	Version int64
	ErrCode int64 // not 0: it could not look; -1008 means it could not load the file
	ErrMsg  string
	Suggest Suggest
	Label   int64 // 100 normal, 20001 politics, 20002 porn, 20006 crime, 21000 other
	Details []CheckDetail
}

// CheckDetail is one opinion of several.
type CheckDetail struct {
	Strategy string // content_model, keyword, …
	ErrCode  int64
	Suggest  Suggest
	Label    int64
	Prob     int64  // 0 to 100
	Keyword  string // of the strategy keyword
}

// CodeReview is what became of a Mini Program's code that was handed in.
type CodeReview struct {
	At          int64 // seconds: SuccTime, FailTime or DelayTime
	Reason      string
	ScreenShots []string // media ids that show what was wrong
}

// NoticeResult says why a service card was not shown.
type NoticeResult struct {
	OpenID     string
	Code       string // notify_code, the card
	Type       int64  // notify_type, the card's kind
	CardStatus int64
	Return     int64 // fail_ret: -10001 system, -10002 content, -1003 no template, -1004 refused, -1005 too often
	Message    string
}

// Consent is a change of what somebody allows this account, or of what the platform allows to be shown of her.
type Consent struct {
	OpenID     string // whom it is about; FromUserName is the platform's own
	AppID      string
	UnionID    string
	RevokeInfo []string // codes of what she withdrew: 1 licence plate, 2 address, 5 microphone, 7 camera, 8 phone, 13 place, …
	PluginID   string
	OpenPID    string // her name in the plugin
}

// Punishment is what the platform does about a Mini Program that broke its rules.
type Punishment struct {
	ID     string
	Type   int64 // 1 warning, 2 a function is blocked, 3 delisted, 4 the account is blocked, 10 a page is blocked
	At     int64 // seconds
	Reason string
	Rule   string
	Guide  string // address of how to mend it
	Detail string // JSON, different for each type
}

// Desk is a session of the classic customer service.
type Desk struct {
	Account     string
	FromAccount string // of kf_switch_session
	ToAccount   string // of kf_switch_session
	CloseType   string
}

// Subscription is one line of a subscription event.
type Subscription struct {
	TemplateID  string
	Status      string // accept or reject
	PopupScene  int64  // 0: in a page of the Mini Program
	MsgID       string
	ErrorCode   int64 // of a sent message; 0 is success
	ErrorStatus string
}
