package models_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestSQLitePlans: what is looked for by somebody or something is found by its own index, and not by reading all the community
// has. Migrating again keeps it so.
func TestSQLitePlans(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "siyu.db")
	s := openStore(t, "sqlite:"+path)
	for range 2 {
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for query, index := range map[string]string{
		"SELECT * FROM vouchers WHERE community_id = 1 AND member_id IN (1, 2) ORDER BY id":                                                                               "vouchers_claim (member_id=?)",
		"SELECT * FROM vouchers WHERE community_id = 1 AND member_id IN (1, 2) AND offer_id = 3 ORDER BY id":                                                              "vouchers_once (offer_id=? AND member_id=?)",
		"SELECT * FROM vouchers INDEXED BY vouchers_claim WHERE community_id = 1 AND (member_id, claim_key) IN (VALUES (1,'a'),(2,'b'))":                                  "vouchers_claim (member_id=? AND claim_key=?)",
		"SELECT * FROM vouchers WHERE community_id = 1 AND code_ref IN (x'00', x'01')":                                                                                    "vouchers_code (code_ref=?)",
		"SELECT * FROM touches WHERE community_id = 1 AND member_id IN (1, 2) ORDER BY at, id":                                                                            "touches_member (member_id=?)",
		"SELECT * FROM voucher_events WHERE community_id = 1 AND voucher_id IN (1, 2) ORDER BY voucher_id, n":                                                             "PRIMARY KEY (voucher_id=?)",
		"SELECT * FROM redemptions WHERE community_id = 1 AND voucher_id IN (1, 2)":                                                                                       "voucher_id=?)",
		"SELECT * FROM members WHERE community_id = 1 AND merged_into IN (1, 2) ORDER BY id":                                                                              "members_community (community_id=? AND merged_into=?)",
		"SELECT * FROM live_cards WHERE community_id = 1 AND offer_id = 1 AND state = 'live' AND due_at = 0":                                                              "live_cards_offer (community_id=? AND offer_id=? AND state=?)",
		"SELECT * FROM offers WHERE community_id = 1 AND state IN ('approved') ORDER BY id":                                                                               "offers_state (community_id=? AND state=?)",
		"SELECT * FROM transfers WHERE community_id = 1 AND owner_id IN (1, 2) ORDER BY at DESC, id DESC LIMIT 20":                                                        "transfers_owner (owner_id=?)",
		"SELECT entry_id, kind, COUNT(*) FROM touches WHERE community_id = 1 AND entry_id IN (1, 2) AND entry_id <> 0 AND kind IN ('group.join') GROUP BY entry_id, kind": "touches_entry (community_id=? AND entry_id=? AND kind=?)",
		"SELECT owner_id, at, id FROM transfers WHERE community_id = 1 AND (owner_id, at, id) > (1, 2, 'a') ORDER BY owner_id, at, id LIMIT 500":                          "transfers_owner ((owner_id,at,id)>(?,?,?))",
		"SELECT * FROM transfers WHERE community_id = 1 AND pending_id IN ('a', 'b')":                                                                                     "transfers_pending (pending_id=?)",
		"SELECT * FROM transfers WHERE community_id = 1 AND reverses_id IN ('a', 'b')":                                                                                    "transfers_reverses (reverses_id=?)",
		"SELECT household_id, MAX(household_seq) FROM vouchers WHERE community_id = 1 AND offer_id = 1 AND household_id IN (1, 2) GROUP BY household_id":                  "vouchers_household (offer_id=? AND household_id=?)",
		"SELECT id FROM vouchers WHERE community_id = 1 AND id > 7 ORDER BY id LIMIT 500":                                                                                 "PRIMARY KEY (rowid>?)",
		"SELECT * FROM touches WHERE community_id = 1 AND uid = 'x'":                                                                                                      "touches_uid (community_id=? AND uid=?)",
	} {
		var n, parent, unused int
		var how string
		if err := db.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+query).Scan(&n, &parent, &unused, &how); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(how, index) {
			t.Errorf("%s\n\t%s, not by %s", query, how, index)
		}
	}
}
