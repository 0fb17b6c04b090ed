package handlers

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type signView struct {
	bot.Sign
	Text   string `json:"text"`
	Advice string `json:"advice"`
}

type flowsView struct {
	Day   bot.Flow `json:"d1"`
	Week  bot.Flow `json:"d7"`
	Month bot.Flow `json:"d28"`
}

type healthView struct {
	GroupID  models.GroupID   `json:"group_id"`
	Name     string           `json:"name"`
	Kind     models.GroupKind `json:"kind"`
	KeeperID models.AccountID `json:"keeper_id"`
	Grade    bot.Grade        `json:"grade"`
	Signs    []signView       `json:"signs"`
	Numbers  flowsView        `json:"numbers"`
	At       models.Millis    `json:"at"`
	Days     []bot.DayCount   `json:"days,omitempty"`
}

// viewHealth shows how a group is doing; brief leaves out what is good.
func (s *server) viewHealth(lang string, g models.Group, h bot.Health, at models.Millis, brief bool) healthView {
	v := healthView{GroupID: g.ID, Name: g.Name, Kind: g.Kind, KeeperID: g.KeeperID, Grade: h.Grade, Signs: []signView{},
		Numbers: flowsView{h.Day, h.Week, h.Month}, At: at, Days: h.Days}
	for _, sign := range h.Signs {
		if brief && (sign.Grade == bot.GradeGood || sign.Grade == bot.GradeUnknown) {
			continue
		}
		v.Signs = append(v.Signs, s.viewSign(lang, sign))
	}
	return v
}

// viewSign puts a sign into words, and says what to do about one that is not good.
func (s *server) viewSign(lang string, sign bot.Sign) signView {
	args := map[string]any{"value": number(sign.Value), "threshold": number(sign.Threshold)}
	for k, x := range sign.Args {
		args[k] = x
	}
	v := signView{Sign: sign, Text: s.texts.say(lang, "sign_"+sign.Name, args)}
	switch sign.Grade {
	case bot.GradeUnknown:
		v.Text = s.texts.say(lang, "sign_unknown", args)
	case bot.GradeBad, bot.GradeWatch:
		v.Advice = s.texts.say(lang, "advice_"+sign.Name, args)
	case bot.GradeGood:
	}
	return v
}

// number writes a value without decimals that say nothing.
func number(x float64) string {
	if x >= 10 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(float64(int64(x*10+0.5))/10, 'f', -1, 64)
}

func (s *server) groupHealth(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	g, h, err := s.Bot.GroupHealth(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	return s.viewHealth(requestLanguage(c), g, h, models.MillisOf(s.Store.Clock().Now()), false), nil
}

func (s *server) listHealth(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.Group](c)
	if err != nil {
		return nil, err
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	ctx, community := c.Request.Context(), account(c).CommunityID
	all, err := s.Bot.WorstGroups(ctx, community, after, limit, mine.ids())
	if err != nil {
		return nil, err
	}
	counts, err := s.Store.Read(ctx).In(community).CountHealths(mine.ids())
	if err != nil {
		return nil, err
	}
	views := make([]healthView, len(all))
	next := models.GroupID(0)
	for i, g := range all {
		views[i] = s.viewHealth(requestLanguage(c), g.Group, g.Health, g.At, true)
		if i == limit-1 {
			next = g.ID
		}
	}
	return gin.H{"groups": views, "next": next, "good": counts["good"], "watch": counts["watch"], "bad": counts["bad"], "unknown": counts["unknown"]}, nil
}

// exportHealth is all groups as a table for spreadsheets, the worst first.
func (s *server) exportHealth(c *gin.Context) (any, error) {
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("\ufeff") // spreadsheets take it for the sign of UTF-8
	w := csv.NewWriter(&out)
	header := []string{"group_id", "name", "kind", "grade", "at", "joins_7d", "quits_7d", "removals_7d", "net_7d", "joins_28d", "quits_28d", "removals_28d", "net_28d", "reasons"}
	if err := w.Write(header); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	const part = 500
	for after := models.GroupID(0); ; {
		all, err := s.Bot.WorstGroups(c.Request.Context(), account(c).CommunityID, after, part, mine.ids())
		if err != nil {
			return nil, err
		}
		for _, g := range all {
			if err := w.Write(s.healthRow(requestLanguage(c), g)); err != nil {
				return nil, fmt.Errorf("write a table: %w", err)
			}
			after = g.ID
		}
		if len(all) < part {
			break
		}
	}
	w.Flush()
	c.Header("Content-Disposition", `attachment; filename="groups-health.csv"`)
	return document{"text/csv; charset=utf-8", out.Bytes()}, w.Error()
}

func (s *server) healthRow(lang string, g bot.GroupHealthView) []string {
	var reasons []string
	for _, sign := range g.Signs {
		if sign.Grade == bot.GradeBad || sign.Grade == bot.GradeWatch {
			reasons = append(reasons, s.viewSign(lang, sign).Text)
		}
	}
	row := []string{g.ID.String(), cell(g.Name), string(g.Kind), string(g.Grade), g.At.Time().Format(time.RFC3339)}
	for _, f := range []bot.Flow{g.Week, g.Month} {
		row = append(row, strconv.Itoa(f.Joins), strconv.Itoa(f.Quits), strconv.Itoa(f.Removals), strconv.Itoa(f.Net))
	}
	return append(row, cell(strings.Join(reasons, " ")))
}

// cell keeps a spreadsheet from taking a text for a formula; Chinese ones take wide signs as well.
func cell(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}

func (s *server) readHealthLimits(c *gin.Context) (any, error) {
	return s.Store.Read(c.Request.Context()).In(account(c).CommunityID).HealthLimits()
}

func (s *server) setHealthLimits(c *gin.Context) (any, error) {
	in, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).HealthLimits() // what is left out stays
	if err != nil {
		return nil, err
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return in, s.Bot.SetHealthLimits(c.Request.Context(), account(c), in)
}

func (s *server) transferGroups(c *gin.Context) (any, error) {
	id, err := idParam[models.StaffUser](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		NewOwner string           `json:"new_owner" binding:"required,max=64"`
		Groups   []models.GroupID `json:"groups" binding:"max=5000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	t, err := s.Bot.Transfer(c.Request.Context(), account(c), id, in.NewOwner, in.Groups)
	if err != nil {
		return nil, err
	}
	failed := []gin.H{}
	for _, g := range t.Failed {
		failed = append(failed, gin.H{"group_id": g.ID, "name": g.Name, "code": g.Code})
	}
	return gin.H{"groups": t.Groups, "failed": failed}, nil
}
