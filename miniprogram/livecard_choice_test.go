package miniprogram

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/models"
)

func TestChooseCard(t *testing.T) {
	t.Parallel()
	const now = models.Millis(1_000_000_000_000)
	offer := models.Offer{ID: 1, Stock: 10, EndsAt: now.Add(5 * time.Hour)}
	long, sold, over := offer, offer, offer
	long.EndsAt = now.Add(48 * time.Hour)
	sold.Claimed = 10
	over.EndsAt = now
	rights := func(change func(*models.CardRights)) models.CardRights {
		r := models.CardRights{NoUpdatable: true}
		change(&r)
		return r
	}
	beta := rights(func(r *models.CardRights) { r.ChatTool = "beta" })
	open := rights(func(r *models.CardRights) { r.ChatTool = "open" })
	bank := rights(func(r *models.CardRights) { r.ChatTool, r.Category = "open", "bank" })
	badge := rights(func(r *models.CardRights) { r.ChatTool, r.TradeGuarantee = "open", true })
	for _, tt := range []struct {
		name string
		f    CardFacts
		kind models.CardKind
		why  []CardReason
	}{
		{"no Mini Program", CardFacts{Offer: offer}, models.CardPlain, []CardReason{CardNoMiniProgram}},
		{"by WeCom", CardFacts{MiniProgram: true, Offer: offer, Group: models.WeComGroup}, models.CardPlain, []CardReason{CardWeComTask}},
		{"a piece", CardFacts{MiniProgram: true}, models.CardPlain, []CardReason{CardNothing}},
		{"sold out", CardFacts{MiniProgram: true, Offer: sold}, models.CardPlain, []CardReason{CardOver}},
		{"over", CardFacts{MiniProgram: true, Offer: over}, models.CardPlain, []CardReason{CardOver}},
		{"the usual", CardFacts{MiniProgram: true, Offer: offer}, models.CardUpdatable, []CardReason{CardShowsStock}},
		{"an old WeChat", CardFacts{MiniProgram: true, Offer: offer, Library: "2.3.9"}, models.CardPlain,
			[]CardReason{CardLibraryOld, CardNoChatTool, CardTodoOff}},
		{"goes on for days", CardFacts{MiniProgram: true, Offer: long}, models.CardPlain, []CardReason{CardOutlives, CardTodoOff}},
		{"goes on for days, and never mind", CardFacts{MiniProgram: true, Offer: long, Rights: models.CardRights{Long: true}}, models.CardUpdatable,
			[]CardReason{CardShowsStock}},
		{"goes on for days, pinned", CardFacts{MiniProgram: true, Offer: long, Rights: models.CardRights{Todo: true}}, models.CardTodo,
			[]CardReason{CardOutlives, CardPinned}},
		{"beta chat tool", CardFacts{MiniProgram: true, Offer: offer, Rights: beta, Library: "3.7.12"}, models.CardChatTool,
			[]CardReason{CardUpdatableOff, CardShowsEnd}},
		{"beta chat tool, a little too old", CardFacts{MiniProgram: true, Offer: offer, Rights: beta, Library: "3.7.8"}, models.CardPlain,
			[]CardReason{CardUpdatableOff, CardLibraryOld, CardTodoOff}},
		{"open chat tool without the badge", CardFacts{MiniProgram: true, Offer: offer, Rights: open, Library: "3.12.0"}, models.CardPlain,
			[]CardReason{CardUpdatableOff, CardChatToolBadge, CardTodoOff}},
		{"open chat tool of a bank", CardFacts{MiniProgram: true, Offer: offer, Rights: bank, Library: "3.12"}, models.CardChatTool,
			[]CardReason{CardUpdatableOff, CardShowsEnd}},
		{"open chat tool with the badge, nobody knows the WeChat", CardFacts{MiniProgram: true, Offer: offer, Rights: badge}, models.CardPlain,
			[]CardReason{CardUpdatableOff, CardLibraryAsked, CardTodoOff}},
	} {
		tt.f.Now, tt.f.Life = now, 24*time.Hour
		if kind, why := ChooseCard(tt.f); kind != tt.kind || !slices.Equal(why, tt.why) {
			t.Errorf("%s: %s %v, want %s %v", tt.name, kind, why, tt.kind, tt.why)
		}
	}
}

// TestNewsOf follows a card of any kind through any course of its offer: what it is told only ever goes forward, as the
// platform wants, each thing is told once, and in the end it says what is true.
func TestNewsOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const begun = models.Millis(1_000_000_000_000)
		opts := CardOptions{TwoStates: rapid.Bool().Draw(t, "two states")}.filled()
		kind := rapid.SampledFrom([]models.CardKind{models.CardUpdatable, models.CardChatTool, models.CardTodo}).Draw(t, "kind")
		o := models.Offer{ID: 1, State: models.OfferApproved, Stock: rapid.IntRange(1, 6).Draw(t, "stock"),
			EndsAt: begun.Add(time.Duration(rapid.IntRange(1, 30*60).Draw(t, "minutes")) * time.Minute)}
		c := models.LiveCard{Kind: kind, State: models.CardLive, ExpiresAt: begun.Add(opts.Life)}
		_, c.Target, c.Said = firstWords(kind, o)
		now, told := begun, map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "claim") && o.Claimed < o.Stock && now < o.EndsAt {
				o.Claimed++
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "wait")) * time.Minute)
			n := newsOf(c, o, now, opts)
			if !n.Tell && !n.Final {
				if truth := taken(o); kind == models.CardUpdatable && c.Said != truth {
					t.Fatalf("it says %s and nobody tells it %s", c.Said, truth)
				}
				continue
			}
			if n.Tell {
				key := string(rune('0'+n.Target)) + n.Said
				switch {
				case n.Target < c.Target:
					t.Fatalf("from state %d back to %d", c.Target, n.Target)
				case told[key]:
					t.Fatalf("told %s twice", key)
				case kind == models.CardUpdatable && opts.TwoStates && n.Target == updatableEnded:
					t.Fatal("a state the platform does not know")
				case now >= c.ExpiresAt:
					t.Fatal("told after its life")
				}
				told[key], c.Target, c.Said = true, n.Target, n.Said
			}
			if n.Final {
				sold, over := o.Claimed == o.Stock, now >= o.EndsAt
				if !sold && !over && now < c.ExpiresAt {
					t.Fatal("ended while the offer goes on")
				}
				if kind == models.CardUpdatable && sold && now < c.ExpiresAt && c.Target != updatableFull {
					t.Fatalf("sold out, and it says state %d", c.Target)
				}
				return
			}
		}
	})
}
