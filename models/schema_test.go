package models_test

import (
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"siyu/models"
)

// rowTypes is one value of every type that is stored in a table of its own.
func rowTypes() []schema.Tabler {
	return []schema.Tabler{
		models.Article{}, models.Broadcast{}, models.BroadcastSettings{}, models.Chunk{}, models.MemberTag{}, models.MenuPublication{},
		models.MenuRevision{}, models.Recipient{}, models.Tag{},
		models.Account{}, models.Audit{}, models.Brand{}, models.Channel{}, models.Community{}, models.Entry{}, models.Envelope{}, models.Follower{}, models.Group{},
		models.GroupMember{}, models.Identity{}, models.Inbox{}, models.Job{}, models.Journey{}, models.Member{}, models.Message{}, models.Offer{},
		models.Placement{}, models.PlacementEvent{}, models.Policy{}, models.Redemption{}, models.ReplyBook{},
		models.ReplyRule{}, models.SendWindow{}, models.Session{}, models.Task{},
		models.GroupHealth{}, models.Invitation{}, models.StaffUser{},
		models.Check{}, models.Credit{}, models.Notice{}, models.Operator{}, models.Reader{}, models.Subscription{}, models.Template{},
		models.Quota{}, models.Token{}, models.Touch{}, models.Video{}, models.Voucher{}, models.VoucherEvent{},
		models.EntryVisit{}, models.JoinWay{}, models.Link{}, models.LiveCode{}, models.LiveRoom{}, models.LiveSeat{},
		models.Welcome{}, models.GroupWelcome{}, models.Greeting{}, models.LiveCard{},
		models.Slot{}, models.SlotUse{}, models.Warning{},
		models.Shop{}, models.ShopInvitation{}, models.ShopStaff{}, models.WrongCode{},
		models.MassMessage{}, models.MassScan{}, models.Media{},
		models.Creative{}, models.OfferRequest{}, models.Terms{},
		models.Heartbeat{}, models.OrganicPost{}, models.Overlap{}, models.Record{}, models.Refusal{}, models.Veto{},
		models.Sighting{}, models.Telling{}, models.ToldTask{},
		models.OwnerTalk{}, models.Piece{}, models.PieceContent{}, models.PiecePicture{}, models.Run{},
		models.Chat{}, models.Sync{},
		models.Award{}, models.CheckIn{}, models.Quest{}, models.QuestAnswer{}, models.Referral{}, models.Referrer{},
		models.Reminder{}, models.Review{}, models.RewardPlan{},
		models.Contract{}, models.Hold{}, models.Lot{}, models.LotMove{}, models.Purse{}, models.Statement{}, models.StatementLine{}, models.Transfer{},
		models.Appeal{}, models.Household{}, models.HouseholdMember{}, models.Judgement{}, models.Phone{}, models.RiskRank{}, models.Waiter{},
		models.Till{}, models.TillLine{},
		models.GroupDay{}, models.Learning{}, models.PostResult{}, models.Prior{}, models.Ratio{},
	}
}

// hidden are tables whose rows are known inside the package only.
func hidden() map[string][]string {
	return map[string][]string{"journey_dirty": {"community_id", "marked_at", "member_id"},
		"health_limits": {"account_id", "at", "community_id", "limits_json"},
		"gate_policies": {"account_id", "at", "community_id", "policy_json"}}
}

// TestSchema: every stored field has its column and every column its field, on both engines, which agree.
func TestSchema(t *testing.T) {
	t.Parallel()
	want := hidden()
	for _, row := range rowTypes() {
		parsed, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		names := slices.Clone(parsed.DBNames)
		slices.Sort(names)
		want[row.TableName()] = names
	}
	if tables := tableNames(t); !slices.Equal(tables, slices.Sorted(maps.Keys(want))) {
		t.Errorf("the package stores %v, this test knows %v", tables, slices.Sorted(maps.Keys(want)))
	}
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := columns(t, dsn)
		for _, table := range slices.Sorted(maps.Keys(want)) {
			if !slices.Equal(got[table], want[table]) {
				t.Errorf("%s has the columns %v and the fields %v", table, got[table], want[table])
			}
		}
		for table := range got {
			if want[table] == nil {
				t.Errorf("nothing is stored in %s", table)
			}
		}
	})
}

// tableNames reads from the source which tables the package names.
func tableNames(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "TableName" {
				continue
			}
			ret := fn.Body.List[0].(*ast.ReturnStmt)
			names = append(names, strings.Trim(ret.Results[0].(*ast.BasicLit).Value, `"`))
		}
	}
	slices.Sort(names)
	return names
}

// columns reads the names of all columns from the database itself, sorted, by table; the migrator's own tables are
// left out.
func columns(t *testing.T, dsn string) map[string][]string {
	t.Helper()
	engine, rest, _ := strings.Cut(dsn, ":")
	query := "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
	if engine == "mysql" {
		query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
	}
	db, err := sql.Open(engine, rest)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(table, "goose_") && !strings.HasPrefix(table, "sqlite_") {
			all[table] = append(all[table], column)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, names := range all {
		slices.Sort(names)
	}
	return all
}

func equalColumns(a, b map[string][]string) bool { return maps.EqualFunc(a, b, slices.Equal[[]string]) }
