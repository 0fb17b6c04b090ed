package wechatsim

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

var errForbidden = errors.New("forbidden")

// guard keeps other people's web pages away from the control plane, which has
// no login. A page that has its own name resolve to this machine (DNS
// rebinding) comes with that name as Host: only addresses, localhost and names
// without a dot, which nobody outside can own, are served. A page that posts
// here from its own address comes with its Origin: it must be ours.
func (s *Sim) guard(r *http.Request) error {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	local := net.ParseIP(host) != nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost")
	if !local {
		return fmt.Errorf("open this page by its address, not as %q: %w", host, errForbidden)
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Host {
			return fmt.Errorf("called from another page: %w", errForbidden)
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.Method != http.MethodGet {
		return fmt.Errorf("called from another page: %w", errForbidden)
	}
	return nil
}
