package wechatsim

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// push is one message for a callback. Every delivery of it has the same inner
// body under a fresh timestamp, nonce and encryption.
type push struct {
	acc    *account
	url    string
	openid string // sender, in the query of app pushes
	body   body
	inner  []byte
	entry  int64 // its number in the push log
}

// deliver sends a push until it is accepted or given up, and more than once if
// the seed or a fault says so. mu is not held.
func (s *Sim) deliver(ctx context.Context, acc *account, openid string, b body) (Reply, error) {
	return s.send(ctx, push{acc: acc, openid: openid, body: b, inner: b.encode(acc.format)})
}

// send decides what becomes of a push before it leaves, and delivers those
// that were held back until now.
func (s *Sim) send(ctx context.Context, p push) (Reply, error) {
	s.mu.Lock()
	p.url = p.acc.callback
	fate, fault := s.fate(&p)
	p.entry = s.pushes.add(s.record(p, fate))
	if fate == held {
		s.held = append(s.held, &heldPush{push: p, fault: *fault, after: fault.Behind, due: s.now().Add(fault.Later)})
	}
	s.mu.Unlock()
	if fate != onItsWay {
		return Reply{}, nil
	}
	reply, err := s.carry(ctx, p, fault)
	s.overtake(ctx)
	return reply, err
}

// carry takes one push to its callback, with all that goes wrong on the way.
func (s *Sim) carry(ctx context.Context, p push, fault *PushFault) (Reply, error) {
	extra := s.accompany(ctx, p, fault)
	reply, err := s.persist(ctx, p, fault)
	extra(err == nil)
	s.settle(p, reply, err)
	if err != nil {
		s.opts.Logger.DebugContext(ctx, "push given up", slog.String("account", p.acc.id))
		return Reply{}, fmt.Errorf("%w: %w", ErrUndelivered, err)
	}
	if s.chance(s.opts.DuplicateRate, "duplicate", p.acc.id, string(p.inner)) {
		s.again(ctx, p)
	}
	return reply, nil
}

// again delivers an accepted push once more.
func (s *Sim) again(ctx context.Context, p push) {
	if _, err := s.attempt(ctx, p, nil); err == nil {
		s.count(func(st *Stats) { st.Duplicate++ })
	}
}

// persist tries the first time and then as often as retries allow.
func (s *Sim) persist(ctx context.Context, p push, fault *PushFault) (Reply, error) {
	lost := fault.losses()
	try := func(n int) (Reply, error) {
		reply, err := s.attempt(ctx, p, fault)
		if n < lost && err == nil {
			return Reply{}, errAnswerLost
		}
		return reply, err
	}
	reply, err := try(0)
	for retry := 0; err != nil && retry < s.opts.PushRetries; retry++ {
		if waited := wait(ctx, s.opts.PushRetryEvery); waited != nil {
			return Reply{}, waited
		}
		reply, err = try(retry + 1)
	}
	return reply, err
}

func (s *Sim) attempt(ctx context.Context, p push, fault *PushFault) (Reply, error) {
	s.mu.Lock()
	s.stats.Sent++
	if e := s.pushes.at(p.entry); e != nil {
		e.Attempts++
	}
	s.mu.Unlock()
	timeout := s.opts.PushTimeout
	if fault != nil && fault.GiveUp > 0 {
		timeout = fault.GiveUp
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	query, content := p.seal(s.now().Unix())
	target, err := withQuery(p.url, query)
	if err != nil {
		return Reply{}, err
	}
	answer, err := s.call(ctx, http.MethodPost, target, content, p.contentType())
	if err != nil {
		return Reply{}, err
	}
	if p.acc.kind == wecom {
		return Reply{Raw: answer}, nil // WeCom asks for nothing but the 200
	}
	return p.readReply(answer)
}

// seal makes the query and the outer body of one delivery.
func (p push) seal(unix int64) (url.Values, []byte) {
	stamp, nonce := strconv.FormatInt(unix, 10), newNonce()
	query := url.Values{"timestamp": {stamp}, "nonce": {nonce}}
	if p.acc.kind != wecom {
		query.Set("signature", sign(p.acc.token, stamp, nonce))
		if p.openid != "" {
			query.Set("openid", p.openid)
		}
	}
	if p.acc.plain {
		return query, p.inner
	}
	encrypted := p.acc.box.seal(nil, p.inner)
	query.Set("msg_signature", sign(p.acc.token, stamp, nonce, encrypted))
	outer := body{{"ToUserName", p.acc.original}, {"Encrypt", encrypted}}
	if p.acc.kind == wecom {
		outer = append(outer, field{"AgentID", p.acc.agentID})
	} else {
		query.Set("encrypt_type", "aes")
	}
	return query, outer.encode(p.acc.format)
}

func (p push) contentType() string {
	if p.acc.format == JSON {
		return "application/json"
	}
	return "text/xml"
}

// call makes one request to a callback; anything but 200 is an error.
func (s *Sim) call(ctx context.Context, method, target string, content []byte, contentType string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("callback: %w", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		var urlErr *url.Error
		if errors.As(err, &urlErr) {
			err = urlErr.Err // the URL holds an openid and signatures
		}
		return nil, fmt.Errorf("callback: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("callback answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("callback answered %d", resp.StatusCode)
	}
	return answer, nil
}

// VerifyCallback does the GET check that a console does when its callback
// settings are saved: the answer must be the bare (for WeCom: decrypted) echostr.
func (s *Sim) VerifyCallback(ctx context.Context, id string) error {
	s.mu.Lock()
	acc := s.accounts[id]
	var target string
	if acc != nil {
		target = acc.callback
	}
	s.mu.Unlock()
	if acc == nil {
		return fmt.Errorf("verify callback: %w: %s", ErrUnknownAccount, id)
	}
	stamp, nonce, echo := strconv.FormatInt(s.now().Unix(), 10), newNonce(), newNonce()
	query := url.Values{"timestamp": {stamp}, "nonce": {nonce}, "echostr": {echo}}
	if acc.kind == wecom {
		encrypted := acc.box.seal(nil, []byte(echo))
		query.Set("echostr", encrypted)
		query.Set("msg_signature", sign(acc.token, stamp, nonce, encrypted))
	} else {
		query.Set("signature", sign(acc.token, stamp, nonce))
	}
	full, err := withQuery(target, query)
	if err != nil {
		return fmt.Errorf("verify callback of %s: %w", id, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.PushTimeout)
	defer cancel()
	answer, err := s.call(ctx, http.MethodGet, full, nil, "")
	if err != nil {
		return fmt.Errorf("verify callback of %s: %w", id, err)
	}
	if string(answer) != echo {
		return fmt.Errorf("verify callback of %s: answer is not the bare echostr", id)
	}
	return nil
}

func withQuery(base string, query url.Values) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("callback URL %q is not absolute", base)
	}
	for k, v := range u.Query() {
		query[k] = v
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func (s *Sim) count(change func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.stats)
}

// wait lets real time pass, or returns early with the context's error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// newNonce makes a decimal nonce as the platform's are.
func newNonce() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "0"
	}
	return n.String()
}

// newIV makes 16 random bytes, also in base64.
func newIV() (iv []byte, encoded string) {
	iv = make([]byte, 16)
	rand.Read(iv) // never fails: crypto/rand aborts the program instead
	return iv, base64.StdEncoding.EncodeToString(iv)
}
