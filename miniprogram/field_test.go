package miniprogram_test

import (
	"strings"
	"testing"
	"time"

	"siyu/miniprogram"
	"siyu/models"
)

// TestFields: what the platform's documentation says of each type, at its limits.
func TestFields(t *testing.T) {
	t.Parallel()
	han := func(n int) string { return strings.Repeat("\u5bb6", n) }
	for _, c := range []struct {
		field, value, wrong string
	}{
		{"thing1", han(20), ""}, {"thing1", han(21), "too_long"}, {"thing1", "Voucher 20% off \U0001F389", ""},
		{"thing1", "", "empty"}, {"thing1", "  ", "empty"}, {"thing1", "a\nb", "control_characters"},
		{"thing1", "a\u2028b", "control_characters"}, {"thing1", "a\xff", "control_characters"},
		{"number2", strings.Repeat("9", 32), ""}, {"number2", strings.Repeat("9", 33), "too_long"}, {"number2", "3.14", ""},
		{"number2", "3,14", "format"}, {"number2", "-", "format"},
		{"letter1", strings.Repeat("a", 32), ""}, {"letter1", "a1", "format"},
		{"symbol1", "!#%&*", ""}, {"symbol1", "!#%&*!", "too_long"}, {"symbol1", "!a", "format"},
		{"character_string1", "AB-12_34.x", ""}, {"character_string1", han(1), "format"}, {"character_string1", strings.Repeat("x", 33), "too_long"},
		{"time1", "15:01", ""}, {"time1", "2019\u5e7410\u67081\u65e5 15:01", ""}, {"time1", "15:01~16:30", ""}, {"time1", "2026-05-04 09:00~18:00", ""},
		{"time1", "24:01", "format"}, {"time1", "2019\u5e7413\u67081\u65e5 15:01", "format"}, {"time1", "2019-10-01", "format"}, {"time1", "tomorrow", "format"},
		{"date3", "2019\u5e7410\u67081\u65e5", ""}, {"date3", "2026-05-04 15:01", ""}, {"date3", "2026-05-04~2026-05-06", ""}, {"date3", "2026-05-04 09:00~18:00", ""},
		{"date3", "2026-02-30", "format"}, {"date3", "18:00", "format"}, {"date3", "2026-05-04~", "format"}, {"date3", "2026-05-04~2026-05-05~2026-05-06", "format"},
		{"amount1", "\u00a5100.50", ""}, {"amount1", "$12", ""}, {"amount1", "100\u5143", ""}, {"amount1", "12345678901", "format"}, {"amount1", "$$1", "format"}, {"amount1", "free", "format"},
		{"phone_number1", "+86-0766-66888866", ""}, {"phone_number1", "+86-0766-668888661", "too_long"}, {"phone_number1", "call me", "format"},
		{"car_number1", "\u7ca4A8Z888\u6302", ""}, {"car_number1", "\u7ca4A8Z8888\u6302", "too_long"}, {"car_number1", "A\u7ca4A", "format"},
		{"name1", han(10), ""}, {"name1", han(11), "format"}, {"name1", "Anna-Maria van Dyck", ""}, {"name1", strings.Repeat("a", 21), "too_long"}, {"name1", "R2D2", "format"},
		{"phrase1", han(5), ""}, {"phrase1", han(6), "too_long"}, {"phrase1", "ok", "format"},
		{"hologram1", "x", "unknown_type"},
	} {
		f := miniprogram.FieldsOf(models.Template{Content: "x:{{" + c.field + ".DATA}}\n"})
		if len(f) != 1 || f[0].Name != c.field {
			t.Fatalf("%s: fields %+v", c.field, f)
		}
		if sent, wrong := f[0].Check(c.value, false); wrong != c.wrong || sent != c.value {
			t.Errorf("%s %q: %q, want %q", c.field, c.value, wrong, c.wrong)
		}
	}
}

// TestShorten: only a thing is shortened, and only when that is asked for.
func TestShorten(t *testing.T) {
	t.Parallel()
	thing, number := miniprogram.Field{Name: "thing1", Type: "thing"}, miniprogram.Field{Name: "number1", Type: "number"}
	long := strings.Repeat("\u5bb6", 30)
	if got, wrong := thing.Check(long, true); wrong != "" || got != strings.Repeat("\u5bb6", 19)+"\u2026" {
		t.Errorf("%q, %q", got, wrong)
	}
	if got, wrong := thing.Check(long, false); wrong != "too_long" || got != long {
		t.Errorf("%q, %q", got, wrong)
	}
	if _, wrong := number.Check(strings.Repeat("1", 40), true); wrong != "too_long" {
		t.Errorf("a number was shortened: %q", wrong)
	}
	if got := miniprogram.Shorten("ab", 2); got != "ab" {
		t.Errorf("%q", got)
	}
}

// TestFieldsOf reads a template as the platform writes it: both colons, labels, enumerations.
func TestFieldsOf(t *testing.T) {
	t.Parallel()
	f := miniprogram.FieldsOf(models.Template{Content: "\u4f1a\u8bae\u65f6\u95f4\uff1a{{date2.DATA}}\n\u5730\u70b9:{{enum_string3.DATA}}\n",
		Enums: `{"enum_string3":["\u5ba2\u5385","\u53a8\u623f"]}`})
	if len(f) != 2 || f[0].Name != "date2" || f[0].Type != "date" || f[0].Label != "\u4f1a\u8bae\u65f6\u95f4" ||
		f[1].Type != "enum_string" || f[1].Label != "\u5730\u70b9" || len(f[1].Enum) != 2 {
		t.Fatalf("%+v", f)
	}
	if _, wrong := f[1].Check("\u5ba2\u5385", false); wrong != "" {
		t.Error(wrong)
	}
	if _, wrong := f[1].Check("\u9633\u53f0", false); wrong != "not_listed" {
		t.Error(wrong)
	}
}

// TestQuiet: nobody is woken, in her own zone.
func TestQuiet(t *testing.T) {
	t.Parallel()
	q := miniprogram.Quiet{From: 8 * 60, To: 22 * 60}
	at := func(s string) models.Millis {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return models.MillisOf(when)
	}
	for _, c := range []struct{ at, zone, want string }{
		{"2026-05-04T19:00:00Z", "America/Vancouver", "2026-05-04T19:00:00Z"}, // noon
		{"2026-05-04T19:00:00Z", "Asia/Shanghai", "2026-05-05T00:00:00Z"},     // three at night: eight there
		{"2026-05-05T05:00:00Z", "America/Vancouver", "2026-05-05T15:00:00Z"}, // ten in the evening
		{"2026-03-08T09:30:00Z", "America/Vancouver", "2026-03-08T15:00:00Z"}, // the night the clocks change
		{"2026-05-05T05:00:00Z", "Mars/Olympus", "2026-05-05T05:00:00Z"},
	} {
		if got := q.Allowed(at(c.at), c.zone); got != at(c.want) {
			t.Errorf("%s in %s: %s, want %s", c.at, c.zone, got.Time(), c.want)
		}
	}
}
