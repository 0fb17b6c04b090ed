package miniprogram

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"siyu/models"
)

// CardReason is why a card is of its kind.
type CardReason string

// The reasons. Those that rule kinds out come before the one that decided.
const (
	CardNoMiniProgram CardReason = "no_mini_program"      // there is no Mini Program to make a card of
	CardWeComTask     CardReason = "wecom_task"           // WeCom posts it: what it posts can never change
	CardNothing       CardReason = "nothing_changes"      // it is about no offer, so nothing on it will change
	CardOver          CardReason = "offer_over"           // the offer is over or sold out
	CardOutlives      CardReason = "outlives_card"        // the card would say that it has ended while the offer goes on
	CardUpdatableOff  CardReason = "updatable_off"        // the organiser wants no updatable messages
	CardLibraryOld    CardReason = "library_old"          // the owner's WeChat is too old for it
	CardLibraryAsked  CardReason = "library_unknown"      // nobody has said how old the owners' WeChat is
	CardNoChatTool    CardReason = "chat_tool_missing"    // the platform has not granted the chat tool
	CardChatToolBadge CardReason = "chat_tool_ineligible" // the open chat tool wants the trade guarantee or a category
	CardTodoOff       CardReason = "todo_off"             // owners do not pin cards
	CardShowsStock    CardReason = "shows_stock"          // updatable: it shows how many are taken
	CardShowsEnd      CardReason = "shows_end"            // chat tool: it shows that it ends soon, and that it has ended
	CardPinned        CardReason = "pinned"               // to-do: it can be pinned, and the same again is the same bubble
	CardUnmade        CardReason = "platform_refused"     // the platform gave no activity for it
	CardSpent         CardReason = "card_ended"           // its card has had its 24 hours
)

// The base libraries that know a kind of card. (Platform documentation, read in 2026: updatable messages, group to-dos, the
// chat tool's updatable cards, and its open form.)
const (
	libraryUpdatable = "2.4.0"
	libraryTodo      = "2.11.0"
	libraryChatBeta  = "3.7.12"
	libraryChatOpen  = "3.12.0"
)

// chatToolCategories are the accounts that may use the open chat tool without the trade guarantee's badge.
func chatToolCategories() []string { return []string{"social", "securities", "funds", "bank"} }

// CardFacts are what the kind of a card is chosen from.
type CardFacts struct {
	MiniProgram bool
	Rights      models.CardRights
	Group       models.GroupKind
	Offer       models.Offer  // zero: it is about none
	Library     string        // of the WeChat that forwards it; empty: not known, then what Rights say
	Life        time.Duration // of a card that can change
	Now         models.Millis
}

// ChooseCard chooses what a card can do after it was posted, and says why. How many are taken is worth more to who reads it
// than that it ends soon, so an updatable message goes before a card of the chat tool.
func ChooseCard(f CardFacts) (models.CardKind, []CardReason) {
	o := f.Offer
	switch {
	case !f.MiniProgram:
		return models.CardPlain, []CardReason{CardNoMiniProgram}
	case f.Group == models.WeComGroup:
		return models.CardPlain, []CardReason{CardWeComTask}
	case o.ID == 0:
		return models.CardPlain, []CardReason{CardNothing}
	case f.Now >= o.EndsAt || o.Claimed >= o.Stock:
		return models.CardPlain, []CardReason{CardOver}
	}
	if f.Library == "" {
		f.Library = f.Rights.BaseLibrary
	}
	var why []CardReason
	if o.EndsAt > f.Now.Add(f.Life) && !f.Rights.Long {
		why = append(why, CardOutlives)
	} else {
		for _, k := range changingKinds() {
			no := k.not(f)
			if no == "" {
				return k.kind, append(why, k.because)
			}
			why = append(why, no)
		}
	}
	if no := todoNot(f); no != "" {
		return models.CardPlain, append(why, no)
	}
	return models.CardTodo, append(why, CardPinned)
}

// changingKind is a kind of card that changes for a day.
type changingKind struct {
	kind    models.CardKind
	not     func(CardFacts) CardReason // why it cannot be; empty: it can
	because CardReason
}

// changingKinds are those kinds, the best first.
func changingKinds() []changingKind {
	return []changingKind{{models.CardUpdatable, updatableNot, CardShowsStock}, {models.CardChatTool, chatToolNot, CardShowsEnd}}
}

// updatableNot says why it cannot be an updatable message. A WeChat that is too old shows a plain card, so one that nobody
// knows is no reason.
func updatableNot(f CardFacts) CardReason {
	switch {
	case f.Rights.NoUpdatable:
		return CardUpdatableOff
	case f.Library != "" && !atLeast(f.Library, libraryUpdatable):
		return CardLibraryOld
	}
	return ""
}

func chatToolNot(f CardFacts) CardReason {
	needs := libraryChatOpen
	switch {
	case f.Rights.ChatTool == "":
		return CardNoChatTool
	case f.Rights.ChatTool == "beta":
		needs = libraryChatBeta
	case !f.Rights.TradeGuarantee && !slices.Contains(chatToolCategories(), f.Rights.Category):
		return CardChatToolBadge
	}
	if f.Library == "" {
		return CardLibraryAsked
	}
	if !atLeast(f.Library, needs) {
		return CardLibraryOld
	}
	return ""
}

func todoNot(f CardFacts) CardReason {
	switch {
	case !f.Rights.Todo:
		return CardTodoOff
	case f.Library != "" && !atLeast(f.Library, libraryTodo):
		return CardLibraryOld
	}
	return ""
}

// atLeast compares versions such as 3.7.12; a part that is no number is 0.
func atLeast(has, needs string) bool {
	a, b := strings.Split(has, "."), strings.Split(needs, ".")
	for i := range max(len(a), len(b)) {
		x, y := versionPart(a, i), versionPart(b, i)
		if x != y {
			return x > y
		}
	}
	return true
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}
