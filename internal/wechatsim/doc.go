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
// page at / says what is there and shows the present state; everything a
// simulated person does has a route under /_sim/ (no authentication: keep it
// on loopback).
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
//	curl -s 127.0.0.1:9090/_sim/faults -d '{"path":"/cgi-bin/message/custom/send","errcode":-1,"times":2}'
//
// The platform's own API is on the same host:
//
//	curl -s '127.0.0.1:9090/cgi-bin/token?grant_type=client_credential&appid=wx51a0000000000001&secret=5100000000000000000000000000000a'
package wechatsim
