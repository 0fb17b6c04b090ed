package wechatsim

import "cmp"

// Speak sets the language of the person's phone, as user/info tells it: zh_CN,
// zh_TW, zh_HK, en and so on.
func (p *Person) Speak(lang string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.lang = lang
}

// language is what user/info tells; mu is held.
func (p *Person) language() string { return cmp.Or(p.lang, "zh_CN") }
