package weixin

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// addressIn finds our address in an errmsg such as "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: …", or
// WeCom's "not allow to access from your ip, hint: […], from ip: 1.2.3.4, …". The first one that is an IPv4 address or
// stands for one is it; an IPv6 address only when there is no other.
func addressIn(msg string) string {
	var six string
	for word := range strings.FieldsFuncSeq(msg, func(r rune) bool { return strings.ContainsRune(" ,;()[]\"'", r) }) {
		ip, err := netip.ParseAddr(word)
		switch {
		case err != nil || ip.IsUnspecified():
		case ip.Unmap().Is4():
			return ip.Unmap().String()
		case six == "":
			six = ip.String()
		}
	}
	return six
}

// withoutAddress takes the URL out of an error of the way: it may name a person.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
