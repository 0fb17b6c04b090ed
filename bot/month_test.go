package bot_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

// TestMonthLedger: what counts for each member equals a plain count of what was taken, in the month of China it was taken
// in, whatever was refused in between.
func TestMonthLedger(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	community := testkit.Community(t, s, nil)
	channel, round := models.ChannelID(0), int64(0)
	rapid.Check(t, func(t *rapid.T) {
		channel++
		model := map[int]map[models.MemberID]int{} // month -> member -> messages
		type part struct {
			id     models.ChunkID
			people []models.MemberID
			month  int
		}
		var fresh, called []part
		clock.Set(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		tx := func(fn func(sc *models.Scope) error) {
			if err := s.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(community)) }); err != nil {
				t.Fatal(err)
			}
		}
		count := func(p part, by int) {
			if model[p.month] == nil {
				model[p.month] = map[models.MemberID]int{}
			}
			for _, m := range p.people {
				model[p.month][m] += by
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"plan": func(t *rapid.T) {
				round++
				p := part{people: rapid.SliceOfNDistinct(rapid.Map(rapid.Int64Range(1, 6), func(n int64) models.MemberID { return models.MemberID(n) }), 1, 6, rapid.ID[models.MemberID]).Draw(t, "people")}
				tx(func(sc *models.Scope) error {
					c := models.Chunk{BroadcastID: models.BroadcastID(round), ChannelID: channel, Seq: 1, Kind: "list"}
					if err := sc.InsertChunk(&c); err != nil {
						return err
					}
					p.id = c.ID
					var rows []models.Recipient
					for _, m := range p.people {
						rows = append(rows, models.Recipient{BroadcastID: c.BroadcastID, ChannelID: channel, ChunkID: c.ID, MemberID: m})
					}
					return sc.AddRecipients(rows)
				})
				fresh = append(fresh, p)
			},
			"call": func(t *rapid.T) {
				if len(fresh) == 0 {
					t.Skip("nothing is planned")
				}
				p := fresh[0]
				p.month, fresh = bot.ChinaMonth(models.MillisOf(clock.Now())), fresh[1:]
				tx(func(sc *models.Scope) error { _, err := sc.CallChunk(p.id, p.month); return err })
				count(p, 1)
				called = append(called, p)
			},
			"end": func(t *rapid.T) {
				if len(called) == 0 {
					t.Skip("nothing is under way")
				}
				p := called[0]
				called = called[1:]
				switch rapid.SampledFrom([]string{"done", "failed", "unknown", "reset"}).Draw(t, "how") {
				case "done":
					tx(func(sc *models.Scope) error {
						_, err := sc.EndChunk(models.Chunk{ID: p.id, State: models.ChunkDone})
						return err
					})
				case "unknown":
					tx(func(sc *models.Scope) error {
						_, err := sc.EndChunk(models.Chunk{ID: p.id, State: models.ChunkUnknown})
						return err
					})
				case "failed":
					tx(func(sc *models.Scope) error {
						_, err := sc.EndChunk(models.Chunk{ID: p.id, State: models.ChunkFailed})
						return err
					})
					count(p, -1)
				case "reset":
					tx(func(sc *models.Scope) error { return sc.ResetChunk(p.id) })
					count(p, -1)
					fresh = append(fresh, p)
				}
			},
			"wait": func(t *rapid.T) { clock.Advance(time.Duration(rapid.IntRange(1, 20).Draw(t, "days")) * 24 * time.Hour) },
			"": func(t *rapid.T) {
				for month, want := range model {
					got, err := s.Read(t.Context()).In(community).SentInMonth(channel, month)
					if err != nil {
						t.Fatal(err)
					}
					for m := models.MemberID(1); m <= 6; m++ {
						if got[m] != want[m] {
							t.Fatalf("in %d member %s has %d, want %d", month, m, got[m], want[m])
						}
					}
				}
			},
		})
	})
}
