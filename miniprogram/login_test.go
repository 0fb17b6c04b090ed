package miniprogram_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/miniprogram"
	"siyu/models"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei := w.sim.NewPerson("小梅")
		var entry models.Entry
		var placement models.Placement
		w.do(t, func(sc *models.Scope) error {
			entry = models.Entry{Code: "v-7", VideoID: 7}
			placement = models.Placement{Code: "p-9", Idem: "i", GroupID: 3, OfferID: 4, BrandID: 5}
			_, err := sc.AddPlacement(&placement)
			return errors.Join(err, sc.InsertEntry(&entry))
		})
		in := w.input(mei)
		in.Entry, in.Placement = entry.Code, placement.Code
		made, err := w.Login(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if made.ExpiresAt != w.now().Add(30*day) || made.Community != w.community {
			t.Errorf("got %+v", made)
		}
		session, err := w.store.Read(t.Context()).SessionByToken(models.MiniSession, made.Token)
		if err != nil || session.MemberID != made.MemberID || session.AppID != appID {
			t.Fatalf("got %+v, %v", session, err)
		}
		touches := w.touches(t, made.MemberID, models.TouchMini)
		if len(touches) != 1 {
			t.Fatalf("%d touches", len(touches))
		}
		got := touches[0]
		if got.At != w.now() || got.VideoID != 7 || got.EntryID != entry.ID || got.PlacementID != placement.ID ||
			got.OfferID != 4 || got.BrandID != 5 {
			t.Errorf("got %+v", got)
		}
		if strings.Contains(got.UID, mei.OpenID(appID)) || len(got.UID) > 160 {
			t.Errorf("uid %q", got.UID)
		}
		t.Run("one person with one unionid is one member, whatever WeChat calls her", func(t *testing.T) {
			var follower models.MemberID
			lan := w.sim.NewPerson("阿兰")
			w.do(t, func(sc *models.Scope) (err error) {
				follower, err = sc.Identify(models.Name{Kind: models.OpenID, Scope: "wx-official", Value: "o1"},
					models.Name{Kind: models.UnionID, Value: lan.UnionID()})
				return err
			})
			if s := w.login(t, lan); s.MemberID != follower {
				t.Errorf("got member %s, want %s", s.MemberID, follower)
			}
		})
	})
}

// TestLoginTwice: a launch whose answer was lost is told again with a fresh code, and stays one visit.
func TestLoginTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei, lan := w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
		in := w.input(mei)
		first, err := w.Login(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Login(t.Context(), in)
		wantCode(t, err, models.Invalid, "mini_code_invalid") // the code was used up
		w.clock.Advance(time.Minute)
		var wg sync.WaitGroup
		for range 4 {
			again := in
			again.Code = mei.Login(appID)
			wg.Go(func() {
				if s, err := w.Login(t.Context(), again); err != nil || s.MemberID != first.MemberID || s.Token == first.Token {
					t.Errorf("got %v, %v", s, err)
				}
			})
		}
		wg.Wait()
		if got := w.touches(t, first.MemberID, models.TouchMini); len(got) != 1 {
			t.Errorf("%d touches of one visit", len(got))
		}
		other := in
		other.Code = lan.Login(appID)
		theirs, err := w.Login(t.Context(), other) // another phone may have made the same word
		if err != nil {
			t.Fatal(err)
		}
		if got := w.touches(t, theirs.MemberID, models.TouchMini); len(got) != 1 {
			t.Errorf("%d touches of the other's visit", len(got))
		}
	})
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	mei := w.sim.NewPerson("小梅")
	const api = "/sns/jscode2session"
	tests := []struct {
		name  string
		edit  func(*miniprogram.LoginInput)
		fault *wechatsim.Fault
		kind  models.Kind
		code  string
	}{
		{"no code", func(in *miniprogram.LoginInput) { in.Code = "" }, nil, models.Invalid, "mini_code_invalid"},
		{"a code that would add parameters", func(in *miniprogram.LoginInput) { in.Code = "x&appid=other" }, nil, models.Invalid, "mini_code_invalid"},
		{"a code with a space", func(in *miniprogram.LoginInput) { in.Code = "x y" }, nil, models.Invalid, "mini_code_invalid"},
		{"a code that is too long", func(in *miniprogram.LoginInput) { in.Code = strings.Repeat("x", 129) }, nil, models.Invalid, "mini_code_invalid"},
		{"a code nobody gave", func(in *miniprogram.LoginInput) { in.Code = "made-up" }, nil, models.Invalid, "mini_code_invalid"},
		{"a short visit", func(in *miniprogram.LoginInput) { in.Visit = "1234567" }, nil, models.Invalid, "mini_visit_invalid"},
		{"a long visit", func(in *miniprogram.LoginInput) { in.Visit = strings.Repeat("v", 65) }, nil, models.Invalid, "mini_visit_invalid"},
		{"a visit that is no word", func(in *miniprogram.LoginInput) { in.Visit = "visit/12345" }, nil, models.Invalid, "mini_visit_invalid"},
		{"another Mini Program", func(in *miniprogram.LoginInput) { in.AppID = "wx0" }, nil, models.NotFound, "channel_unknown"},
		{"WeChat is busy", nil, &wechatsim.Fault{Errcode: -1}, models.Unavailable, "mini_busy"},
		{"WeChat hangs up", nil, &wechatsim.Fault{Disconnect: true}, models.Unavailable, "mini_busy"},
		{"too often", nil, &wechatsim.Fault{Errcode: 45011}, models.Throttled, "mini_busy"},
		{"the code was used", nil, &wechatsim.Fault{Errcode: 40163}, models.Invalid, "mini_code_invalid"},
		{"a blocked user", nil, &wechatsim.Fault{Errcode: 40226}, models.Denied, "mini_blocked"},
		{"our secret is wrong", nil, &wechatsim.Fault{Errcode: 40125}, models.Internal, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := w.input(mei)
			if tt.edit != nil {
				tt.edit(&in)
			}
			if tt.fault != nil {
				w.sim.ClearFaults()
				f := *tt.fault
				f.Times = -1
				w.sim.Fail(api, f)
				defer w.sim.ClearFaults()
			}
			_, err := w.Login(t.Context(), in)
			wantCode(t, err, tt.kind, tt.code)
			if err != nil && in.Code != "" && len(in.Code) > 8 && strings.Contains(err.Error(), in.Code) {
				t.Errorf("the error shows the login code: %v", err)
			}
		})
	}
	if n, err := w.read(t).CountMembers(); err != nil || n != 0 {
		t.Errorf("%d members, %v", n, err)
	}
	clock.Advance(2 * time.Minute) // an account with a wrong secret is not called for a while
	t.Run("a crawler is no visit", func(t *testing.T) {
		in := w.input(mei)
		in.Scene, in.Entry, in.Placement = 1129, "unknown", "unknown"
		made, err := w.Login(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.touches(t, made.MemberID, models.TouchMini); len(got) != 0 {
			t.Errorf("%d touches", len(got))
		}
	})
	t.Run("an unknown link is ignored", func(t *testing.T) {
		in := w.input(mei)
		in.Entry, in.Placement = "unknown", "unknown"
		made, err := w.Login(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.touches(t, made.MemberID, models.TouchMini); len(got) != 1 || got[0].EntryID != 0 || got[0].PlacementID != 0 {
			t.Errorf("got %+v", got)
		}
	})
}
