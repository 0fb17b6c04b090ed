package miniprogram

// GateRests waits until the gate does nothing in the background.
func (s *Service) GateRests() { s.gate.work.Wait() }

// NetworkOf is the network of an address.
func NetworkOf(ip string) (string, bool) {
	p, ok := networkOf(ip)
	if !ok {
		return "", false
	}
	return p.String(), true
}
