package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"siyu/internal/weixin"
	"siyu/models"
)

const (
	groupListAPI   = groupChatAPI + "list"
	groupDetailAPI = groupChatAPI + "get"
	followUsersAPI = "/cgi-bin/externalcontact/get_follow_user_list"
)

// chatMember is one line of a WeCom group's member list. The names people are shown by are not kept.
type chatMember struct {
	UserID   string `json:"userid"`
	Type     int    `json:"type"` // 1 one of the corp's own people, 2 anybody else
	UnionID  string `json:"unionid"`
	JoinTime int64  `json:"join_time"`  // seconds
	Scene    int    `json:"join_scene"` // 1 direct invite, 2 link, 3 QR
	State    string `json:"state"`      // of the join way
	Invitor  struct {
		UserID string `json:"userid"` // only the corp's own people are told
	} `json:"invitor"`
}

func (m chatMember) staff() bool { return m.Type == 1 }

func (m chatMember) joined() models.Millis { return models.Millis(m.JoinTime) * 1000 }

// chatDetail is what WeCom says of one group (groupchat/get). The SDK's own type lacks half of it.
type chatDetail struct {
	ChatID     string       `json:"chat_id"`
	Name       string       `json:"name"`
	Owner      string       `json:"owner"`
	CreateTime int64        `json:"create_time"` // seconds
	Notice     string       `json:"notice"`
	Members    []chatMember `json:"member_list"`
	Admins     []struct {
		UserID string `json:"userid"`
	} `json:"admin_list"`
	Version string `json:"member_version"` // older corps have none
}

// noticeChars and adminsMost bound what is kept of a group's notice and of its administrators; WeCom allows fewer.
const (
	noticeChars = 2000
	adminsMost  = 20
)

// staff are the corp's own people in the group, by userid; WeCom is not asked for their names.
func (d chatDetail) staff() map[string]string {
	all := map[string]string{}
	for _, m := range d.Members {
		if m.staff() {
			all[m.UserID] = ""
		}
	}
	return all
}

func (d chatDetail) admins() string {
	all := make([]string, 0, len(d.Admins))
	for _, a := range d.Admins[:min(len(d.Admins), adminsMost)] {
		all = append(all, a.UserID)
	}
	return strings.Join(all, " ")
}

// facts is a digest of what is kept of the group itself; the member list has a version of its own.
func (d chatDetail) facts() string {
	h := sha256.New()
	for _, part := range []string{d.Name, d.Owner, d.Notice, d.admins(), strconv.FormatInt(d.CreateTime, 10), strconv.Itoa(len(d.Members))} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// isNew reports whether a reading has anything that was not booked yet.
func (d chatDetail) isNew(was models.Chat) bool {
	return was.ID == 0 || was.GroupID == 0 || was.GoneAt != 0 || d.Version == "" || d.Version != was.MemberVersion || d.facts() != was.Facts
}

// errNoDetail is an answer of WeCom that is not about the group it was asked for.
var errNoDetail = errors.New("WeCom's answer is about another group, or about none")

// chatDetail asks WeCom for a group and everybody in it.
func (b *Bot) chatDetail(ctx context.Context, c models.Channel, chatID string) (chatDetail, error) {
	in := struct {
		ChatID   string `json:"chat_id"`
		NeedName int    `json:"need_name"` // nobody's name is kept
	}{ChatID: chatID}
	var out struct {
		Chat chatDetail `json:"group_chat"`
	}
	if err := b.hub.PostJSON(ctx, accountID(c), groupDetailAPI, in, &out); err != nil {
		return chatDetail{}, err
	}
	if out.Chat.ChatID != chatID || out.Chat.Owner == "" {
		return chatDetail{}, errNoDetail
	}
	return out.Chat, nil
}

// isGone reports whether an answer to chatDetail says that there is no such group any more: WeCom's 49008 (dismissed) and
// 40050 (no such chat_id). That our app may not see it is another matter.
func isGone(err error) bool {
	code, _ := weixin.Code(err)
	return code == 49008 || code == 40050
}
