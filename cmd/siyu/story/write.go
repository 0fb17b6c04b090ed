package story

import (
	"strconv"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// writer puts the community's rows into one transaction.
type writer struct {
	plan Plan
	hash []byte
	sims []*wechatsim.Group
	out  Seeded
}

func (w *writer) write(tx *models.Tx) error {
	c := models.Community{Name: communityAs, Zone: Zone}
	if err := tx.InsertCommunity(&c); err != nil {
		return err
	}
	w.out.Community = c.ID
	sc := tx.In(c.ID)
	for _, step := range []func(*models.Scope) error{w.channels, w.people, w.groups, w.policies, w.videos} {
		if err := step(sc); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) channels(sc *models.Scope) error {
	a := w.plan.Accounts
	for _, c := range []struct {
		row     models.Channel
		secrets models.ChannelSecrets
	}{
		{models.Channel{Kind: models.OfficialAccount, AppID: a.Official.AppID, Plain: a.Official.Plain},
			models.ChannelSecrets{Secret: a.Official.Secret, Token: a.Official.Token, AESKey: a.Official.AESKey}},
		{models.Channel{Kind: models.MiniProgram, AppID: a.MiniProgram.AppID, Plain: a.MiniProgram.Plain},
			models.ChannelSecrets{Secret: a.MiniProgram.Secret, Token: a.MiniProgram.Token, AESKey: a.MiniProgram.AESKey}},
		{models.Channel{Kind: models.WeCom, AppID: a.WeCom.CorpID, AgentID: a.WeCom.AgentID},
			models.ChannelSecrets{Secret: a.WeCom.Secret, Token: a.WeCom.Token, AESKey: a.WeCom.AESKey}},
	} {
		if err := sc.InsertChannel(&c.row, c.secrets); err != nil {
			return err
		}
	}
	return nil
}

// people writes the accounts: the organiser, and one user and one till for each brand.
func (w *writer) people(sc *models.Scope) error {
	var err error
	if w.out.Organiser, err = w.account(sc, models.Organiser, 0, "organiser", "群主阿岚"); err != nil {
		return err
	}
	for i, name := range brandNames() {
		b := models.Brand{Name: name, Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		suffix := ""
		if i > 0 {
			suffix = strconv.Itoa(i + 1)
		}
		user, err := w.account(sc, models.BrandUser, b.ID, "brand"+suffix, name)
		if err != nil {
			return err
		}
		staff, err := w.account(sc, models.Staff, b.ID, "staff"+suffix, name+" 收银台")
		if err != nil {
			return err
		}
		w.out.Brands = append(w.out.Brands, Brand{ID: b.ID, Name: name, User: user, Staff: staff})
	}
	return nil
}

func (w *writer) account(sc *models.Scope, role models.Role, brand models.BrandID, login, name string) (Login, error) {
	a := models.Account{Role: role, BrandID: brand, Login: login, Name: name, PasswordHash: w.hash}
	if err := sc.InsertAccount(&a); err != nil {
		return Login{}, err
	}
	return Login{Account: a.ID, Login: login, Password: w.plan.Password}, nil
}

func (w *writer) groups(sc *models.Scope) error {
	for i, c := range groupCasts() {
		g := models.Group{Name: c.name, Kind: c.kind, OwnerUserID: c.owner, Zone: Zone, Headcount: 1,
			Capacity: c.capacity, InviteURL: "https://weixin.qq.com/g/" + w.sims[i].ID()}
		if chat := w.sims[i].ChatID(); chat != "" {
			g.ChatID = &chat
		}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		w.out.Groups = append(w.out.Groups, Group{ID: g.ID, Name: c.name, Kind: c.kind, Owner: c.owner, Sim: w.sims[i]})
	}
	return nil
}

func (w *writer) policies(sc *models.Scope) error {
	by := w.out.Organiser.Account
	if _, err := sc.AddPolicy(0, communityRules(), by); err != nil {
		return err
	}
	strict := w.out.Groups[len(w.out.Groups)-1]
	_, err := sc.AddPolicy(strict.ID, strictRules(), by)
	return err
}

func (w *writer) videos(sc *models.Scope) error {
	for _, c := range videoCasts() {
		published := w.out.Start.Add(c.after)
		v := models.Video{Title: c.title, PublishedAt: models.MillisOf(published)}
		if err := sc.InsertVideo(&v); err != nil {
			return err
		}
		w.out.Videos = append(w.out.Videos, Video{ID: v.ID, Title: c.title, Published: published})
	}
	return nil
}
