package miniprogram_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestSetPhone: the button's code gives the number once; it finds her, and is gone at her wish.
func TestSetPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei, lan := w.sim.NewPerson("Mei"), w.sim.NewPerson("Lan")
		mei.SetPhone("86", "13812345678")
		lan.SetPhone("1", "6045555678")
		session, other := w.login(t, mei), w.login(t, lan)
		code := mei.PhoneCode(appID)
		p, err := w.SetPhone(t.Context(), session, code)
		if err != nil || p.Masked != "+86 138****5678" || p.At != w.now() {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = w.SetPhone(t.Context(), session, code)
		wantCode(t, err, models.Invalid, "phone_code_invalid")
		_, err = w.SetPhone(t.Context(), session, "中")
		wantCode(t, err, models.Invalid, "phone_code_invalid")
		late := mei.PhoneCode(appID)
		w.clock.Advance(5 * time.Minute)
		_, err = w.SetPhone(t.Context(), session, late)
		wantCode(t, err, models.Invalid, "phone_code_invalid")
		if p, err = w.SetPhone(t.Context(), other, lan.PhoneCode(appID)); err != nil || p.Masked != "+1 60****5678" {
			t.Errorf("%+v, %v", p, err)
		}
		if found, err := w.read(t).MembersByPhoneTail("5678"); err != nil || len(found) != 2 {
			t.Errorf("found %v, %v", found, err)
		}
		if err := w.ForgetPhone(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if found, err := w.read(t).MembersByPhoneTail("5678"); err != nil || len(found) != 1 || found[0] != other.MemberID {
			t.Errorf("after she took it back: %v, %v", found, err)
		}
		w.sim.Fail("/wxa/business/getuserphonenumber", wechatsim.Fault{Errcode: 45011, Times: 1})
		_, err = w.SetPhone(t.Context(), session, mei.PhoneCode(appID))
		wantCode(t, err, models.Throttled, "mini_busy")
	})
}
