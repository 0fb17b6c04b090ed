package keeper

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"siyu/models"
	"siyu/throttle/fatigue"
)

// Options are the guesses that everything begins with. Zero values are the defaults; all of them are ours, and the first
// decides most: an organiser can set it for her community or a group (models.Fatigue).
type Options struct {
	Store  *models.Store
	Logger *slog.Logger // discarded if nil

	Worth     float64 // of one day of one member, in clicks on a sponsored post; 0.01 (0.005 to 0.06 is thinkable)
	Click     float64 // clicks per member on the usual post before any were seen; 0.02: half of them see it, 4% of those click
	Ahead     float64 // days for which a member who stays is counted; 90
	Horizon   float64 // days for which the clicks she may still make are counted; 90
	Mutes     float64 // members who mute the group for one who leaves because of ads; 2 (60-75% of those at risk go quiet first)
	Blindness float64 // part of the clicks lost per post still felt; 0.05
	MaxScore  float64 // nothing is posted above this fatigue score; 50: ads have doubled the leaves
	Breaker   fatigue.Breaker
}

// Keeper is safe for concurrent use.
type Keeper struct {
	o   Options
	log *slog.Logger

	mu     sync.Mutex
	tables *fatigue.Tables
	minds  map[mindKey]*mind
}

// New makes a keeper.
func New(o Options) (*Keeper, error) {
	if o.Store == nil {
		return nil, errors.New("keeper: a store is needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Worth, o.Click, o.Horizon = or(o.Worth, 0.01), or(o.Click, usualClick), or(o.Horizon, 90)
	o.Ahead = or(o.Ahead, 90)
	o.Mutes, o.Blindness, o.MaxScore = or(o.Mutes, 2), or(o.Blindness, 0.05), or(o.MaxScore, 50)
	k := &Keeper{o: o, log: o.Logger, minds: map[mindKey]*mind{}}
	k.tables = fatigue.NewTables(fatigue.Market{Base: fatigue.NewPrior().Base[0], Mutes: o.Mutes, Horizon: o.Horizon, Blindness: o.Blindness})
	return k, nil
}

func or(v, other float64) float64 {
	if v == 0 {
		return other
	}
	return v
}

// usualClick is the clicks per member on the usual post that are believed before any were seen.
const usualClick = 0.02

const dayMillis int64 = 24 * 60 * 60 * 1000

// How far back is looked, and how long things are kept.
const (
	lateDays    = 14  // a day is written again so long: callbacks get lost, and who left is found out by reading the group
	firstDays   = 90  // of a group that nobody has looked at yet
	keepDays    = 400 // then days and results are removed: what they said has faded
	feltFor     = 70 * dayMillis
	settleAfter = 3 * dayMillis   // clicks on a post are counted in full by then
	answersFor  = 180 * dayMillis // older posts do not count in what offers are thought to bring
)

// calendar is the local calendar of a zone.
type calendar struct{ loc *time.Location }

// calendarOf reads a zone; one that cannot be read is UTC: a day has to begin somewhere.
func calendarOf(zone string) calendar {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		loc = time.UTC
	}
	return calendar{loc}
}

// day is the number of the local day of t, counted from 1 January 1970.
func (c calendar) day(t models.Millis) int {
	y, m, d := t.Time().In(c.loc).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// start is the first instant of a local day.
func (c calendar) start(day int) models.Millis {
	return models.MillisOf(time.Date(1970, 1, 1+day, 0, 0, 0, 0, c.loc))
}
