// Package wechatsim is a WeChat on localhost: the Official Account, Mini
// Program and WeCom APIs with their real error codes, the signed and encrypted
// pushes, and the people and groups behind them. The demo, the tests and
// `siyu simulate` run against it instead of the platforms.
//
// It is deterministic: with one seed and one order of calls every id, every
// duplicate push and every answer is the same. Only random bytes that
// cryptography asks for differ. It runs on the clock it is given.
//
// It must never know Siyu: it imports nothing of the module and has its own
// signing and encryption, so that two independent implementations check each
// other. It must never reach the real platforms: it only calls the callback
// URLs it was given.
//
// # What it does
//
//   - tokens (both families), IP whitelists, quotas by day, hour, minute and
//     second with the platform's codes, and the log and the counts of all calls
//     (Calls, CallCounts, Refusals)
//   - pushes signed and encrypted, XML or JSON, every message type (Person.Send)
//     and every event of the documentation (Event, EventNames), unknown ones too
//     (PushRaw); five seconds, three retries, the passive reply, MarkFail
//   - customer-service windows (DefaultAllowances) in their strictest reading,
//     people who refuse messages, the typing mark
//   - subscription dialogs and messages, content checks, login, group entry, QR,
//     codes and links, customer groups, their send tasks and ordinary groups
//   - faults of calls (Fail) and of pushes (FailPush): errcodes, delays, lost
//     answers, garbage; lost, late, overtaken, doubled and stormy pushes; stolen
//     tokens, clock skew; by count, by every k-th, by a seeded share, for a
//     simulated time, for one account
//
// # What it does not do
//
//   - the platform's review of content, of templates and of accounts; payment,
//     Channels, open-platform components, advertisements
//   - what a menu button sends beside its event: a picture button pushes the
//     event, and the picture only when the person sends it
//   - limits per person that no document gives, and the abuse detection behind them
//   - the alarm group of MarkFail, the source addresses of pushes, HTTPS
//
// Where the documentation is silent a comment says what was chosen and why:
// see Window, MarkFail, DefaultQuota.
//
// # In a Go program
//
//	sim, err := wechatsim.NewDefault(wechatsim.Options{Seed: 1, Now: clock}, "http://127.0.0.1:8080")
//	go http.Serve(listener, sim.Handler())
//	mei := sim.NewPerson("Mei")
//	reply, err := mei.ScanOfficialQR(ctx, wechatsim.DefaultOfficialAppID, "V1")
//
// # Alone
//
// `siyu simulate --addr 127.0.0.1:9090` serves the same thing over HTTP. The
// page at / is a small console: people and their phones, groups, pushes, calls,
// quotas, faults. Everything it does has a route under /_sim/ (no
// authentication: keep it on loopback; other pages are kept out, see guard).
//
//	curl -s 127.0.0.1:9090/_sim/state
//	curl -s 127.0.0.1:9090/_sim/people -d '{"name":"Mei"}'
//	curl -s 127.0.0.1:9090/_sim/people/p1/scan -d '{"appid":"wx51a0000000000001","scene":"V1"}'
//	curl -s 127.0.0.1:9090/_sim/groups -d '{"kind":"wecom","corpid":"ww51a0000000000003","name":"Parents","owner":"owner1"}'
//	curl -s 127.0.0.1:9090/_sim/groups/g1/join -d '{"person":"p1","scene":3,"state":"V1"}'
//	curl -s 127.0.0.1:9090/_sim/people/p1/login -d '{"appid":"wx51a0000000000002"}'
//	curl -s 127.0.0.1:9090/_sim/people/p1/enter -d '{"appid":"wx51a0000000000002","group":"g1"}'
//	curl -s '127.0.0.1:9090/_sim/tasks?corpid=ww51a0000000000003&userid=owner1'
//	curl -s 127.0.0.1:9090/_sim/tasks/MSGID/confirm -d '{"corpid":"ww51a0000000000003","userid":"owner1"}'
//	curl -s 127.0.0.1:9090/_sim/posts; curl -s 127.0.0.1:9090/_sim/members # what really appeared, and who is where
//	curl -s 127.0.0.1:9090/_sim/people/p1/send -d '{"appid":"official","message":{"type":"voice","recognition":"hello"}}'
//	curl -s 127.0.0.1:9090/_sim/people/p1/event -d '{"appid":"official","event":"scancode_waitmsg"}'
//	curl -s '127.0.0.1:9090/_sim/people/p1/chat?appid=official'
//	curl -s 127.0.0.1:9090/_sim/faults -d '{"path":"/cgi-bin/message/custom/send","errcode":-1,"times":2}'
//	curl -s 127.0.0.1:9090/_sim/faults -d '{"path":"*","answer":"html","rate":0.05,"for":"10m"}'
//	curl -s 127.0.0.1:9090/_sim/push-faults -d '{"copies":20,"at_once":true,"event":"text"}'
//	curl -s 127.0.0.1:9090/_sim/quotas -d '{"account":"official","path":"/cgi-bin/menu/create","day":2}'
//	curl -s 127.0.0.1:9090/_sim/quotas/exhaust -d '{"account":"official","path":"/cgi-bin/message/custom/send"}'
//	curl -s 127.0.0.1:9090/_sim/accounts/official/whitelist -d '{"addresses":["203.0.113.9"]}'
//	curl -s 127.0.0.1:9090/_sim/refusals
//	curl -s 127.0.0.1:9090/_sim/clock -d '{"advance":"48h"}'
//
// An account is named by its id, or by its kind for the first of it. A Script
// asks such routes at simulated times: `siyu simulate --clock manual --script
// FILE --once`.
//
// The platform's own API is on the same host:
//
//	curl -s '127.0.0.1:9090/cgi-bin/token?grant_type=client_credential&appid=wx51a0000000000001&secret=5100000000000000000000000000000a'
package wechatsim
