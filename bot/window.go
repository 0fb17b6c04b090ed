package bot

import (
	"cmp"
	"context"
	"slices"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// WindowLimit is what one thing a person does allows.
type WindowLimit struct {
	Quota int           // messages
	Life  time.Duration // from when she did it
	// Margin is how long before its end a window is not used any more: a call takes its time, and clocks differ.
	Margin time.Duration
}

// Windows is what the platform allows in customer-service messages. Allowances do not add up: a message counts in every
// window that is open. Source: the platform's pages on customer-service messages of Official Accounts and Mini Programs.
type Windows struct {
	Message WindowLimit // she writes to an account or a Mini Program: 5 in 48 hours
	Follow  WindowLimit // 3 in a minute
	Scan    WindowLimit // 3 in a minute
	Menu    WindowLimit // click, scancode_push and scancode_waitmsg: 3 in a minute
	Help    WindowLimit // she opens a Mini Program's customer service: 2 in a minute
	// Skew is how far our clock may be from the platform's, when it is asked whether a message was sent before or after she
	// did something.
	Skew time.Duration
}

// DefaultWindows is what the platform documents, with margins of ours.
func DefaultWindows() Windows {
	minute := WindowLimit{Quota: 3, Life: time.Minute, Margin: 5 * time.Second}
	help := minute
	help.Quota = 2
	return Windows{Message: WindowLimit{Quota: 5, Life: 48 * time.Hour, Margin: time.Minute}, Follow: minute, Scan: minute,
		Menu: minute, Help: help, Skew: 2 * time.Second}
}

func (w Windows) limit(kind models.WindowKind) WindowLimit {
	switch kind {
	case models.WindowMessage:
		return w.Message
	case models.WindowFollow:
		return w.Follow
	case models.WindowScan:
		return w.Scan
	case models.WindowMenu:
		return w.Menu
	case models.WindowHelp:
		return w.Help
	}
	return WindowLimit{}
}

// open is the window of a kind that somebody opened at a time by the platform's clock, of which we heard at another by ours.
// The earlier one decides when it ends.
func (w Windows) open(kind models.WindowKind, at, received models.Millis) models.SendWindow {
	l := w.limit(kind)
	return models.SendWindow{Kind: kind, OpenedAt: at, ClosesAt: min(at, received).Add(l.Life - l.Margin), Quota: l.Quota}
}

// windowKind is which window an intent opens.
func windowKind(i Intent) (models.WindowKind, bool) {
	switch i { //nolint:exhaustive // the others open none
	case IntentMessage:
		return models.WindowMessage, true
	case IntentFollow:
		return models.WindowFollow, true
	case IntentScan:
		return models.WindowScan, true
	case IntentMenuClick, IntentMenuScan:
		return models.WindowMenu, true
	case IntentHelpOpened:
		return models.WindowHelp, true
	}
	return "", false
}

// Why a message is not sent.
const (
	ReasonWindowClosed = "window_closed"  // nothing she did lately lets us write: she would have to write, scan or tap again
	ReasonUsedUp       = "window_used_up" // as many as she allowed have been sent: she would have to write again
	ReasonUnfollowed   = "unfollowed"     // she left the account (43004)
	ReasonRefused      = "refused"        // she takes no messages of the account (48002)
	ReasonBlocked      = "blocked"        // the account has her on its blacklist (43019)
	ReasonNobody       = "nobody"         // the platform knows no such person (40003)
	ReasonQuota        = "quota"          // the account has made all the calls it may for now
	ReasonDenied       = "denied"         // the account may not send such messages
	ReasonInvalid      = "invalid"        // the platform does not take the message as it is
	ReasonTooLate      = "too_late"       // it came to its turn when it was of no use any more
	ReasonUnknown      = "unknown"        // the call's answer was lost; it is not sent again
)

// choose finds the window that lets a message through at a time, when promised others go before it. Of several it names
// the one that ends first. It gives no window a message counts in more than its quota: see [Windows].
func choose(all []models.SendWindow, promised int, now models.Millis) (through models.SendWindow, reason string) {
	var open []models.SendWindow
	for _, w := range all {
		if now < w.ClosesAt {
			open = append(open, w)
		}
	}
	if len(open) == 0 {
		return through, whyClosed(all)
	}
	slices.SortFunc(open, func(a, b models.SendWindow) int {
		return cmp.Or(cmp.Compare(a.ClosesAt, b.ClosesAt), cmp.Compare(a.ID, b.ID))
	})
	for _, w := range open {
		if w.Used+promised < w.Quota {
			return w, ""
		}
	}
	return through, ReasonUsedUp
}

// whyClosed is why the last window ended, if it ended before its time.
func whyClosed(all []models.SendWindow) string {
	var newest models.SendWindow
	for _, w := range all {
		if w.OpenedAt >= newest.OpenedAt {
			newest = w
		}
	}
	return cmp.Or(newest.ClosedBy, ReasonWindowClosed)
}

// charge counts a message in every window that is open now.
func charge(sc *models.Scope, all []models.SendWindow, now models.Millis) error {
	for _, w := range all {
		if now >= w.ClosesAt {
			continue
		}
		if err := use(sc, w, 1); err != nil {
			return err
		}
	}
	return nil
}

// refund takes back what charge did at a time: the platform has said that it did not send.
func (w Windows) refund(sc *models.Scope, all []models.SendWindow, charged models.Millis) error {
	for _, open := range all {
		if charged < open.OpenedAt.Add(-w.Skew) || charged >= open.ClosesAt || open.Used == 0 {
			continue
		}
		if err := use(sc, open, -1); err != nil {
			return err
		}
	}
	return nil
}

// use changes a window that this transaction has locked.
func use(sc *models.Scope, w models.SendWindow, n int) error {
	ok, err := sc.UseSendWindow(w, n)
	if err == nil && !ok { // cannot be while it is locked; counting wrong would be worse than failing
		return models.Errorf(models.Internal, "internal", "a locked window changed")
	}
	return err
}

// opensWindow books that somebody let us write to her. It comes before whatever is said because of it.
func (b *Bot) opensWindow(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	kind, ok := windowKind(IntentOf(c.Kind, m))
	if !ok || c.Kind == models.WeCom || m.FromUserName == "" {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		at := happened(m, push.ReceivedAt)
		if left, err := leftSince(sc, c, m.FromUserName, at); err != nil || left {
			return err
		}
		w := b.windows.open(kind, at, push.ReceivedAt)
		w.ChannelID, w.PushID, w.Person = c.ID, push.ID, sc.SenderKey(c.ID, m.FromUserName)
		_, err := sc.OpenSendWindow(w, models.Millis(b.windows.Skew/time.Millisecond))
		return err
	}, nil
}
