package offers

import (
	"slices"
	"strings"

	"siyu/internal/jobs"
	"siyu/models"
)

// CheckObject names the content check of an offer's text.
func CheckObject(id models.OfferID) string { return "offer:" + id.String() }

// changeObject names the content check of words that wait for the organiser.
func changeObject(id models.TermsID) string { return "terms:" + id.String() }

// submitText has an offer's text looked at: members will see it.
func submitText(sc *models.Scope, o models.Offer, words []models.Creative, by models.AccountID) error {
	return checkText(sc, CheckObject(o.ID), o.Title+"\n"+o.Body, words, by)
}

// checkText has words looked at, and the pictures that go with them.
func checkText(sc *models.Scope, object, text string, words []models.Creative, by models.AccountID) error {
	parts := []string{text}
	for _, w := range words {
		parts = append(parts, w.Title, w.Body, w.CardTitle)
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	c := models.Check{Object: object, Kind: models.CheckText, Scene: models.SceneForum, Content: strings.Join(parts, "\n"), AccountID: by}
	fresh, err := sc.AddCheck(&c)
	if err != nil {
		return err
	}
	if fresh {
		if err := jobs.Enqueue(sc.Tx, models.Judge{Community: sc.Community, Check: c.ID}, sc.Now); err != nil {
			return err
		}
	}
	return CheckPictures(sc, PicturesOf(words), by)
}

// readByHand settles the check of an offer an organiser decides on: whoever decides has read it. What she approves is passed
// by her, unless it was refused: that must be passed on its own first, knowingly. What she declines nobody will see, so its
// text waits for nobody any more.
func readByHand(sc *models.Scope, object string, to models.OfferState, by models.AccountID, reason string) error {
	c, err := sc.CheckOf(object)
	if models.IsKind(err, models.NotFound) { // handed in before there were checks
		return nil
	}
	if err != nil {
		return err
	}
	switch c.State {
	case models.CheckPassed:
		return nil
	case models.CheckRefused:
		if to != models.OfferApproved {
			return nil
		}
		return models.Errorf(models.Conflict, "offer_text_refused", "the offer's text was refused")
	case models.CheckUnchecked, models.CheckChecking, models.CheckReview:
	}
	from := c.State
	c.State, c.Reason, c.DecidedBy = models.CheckPassed, models.ReviewByHand, by
	if to != models.OfferApproved {
		c.State, c.Note = models.CheckRefused, reason
	}
	moved, err := sc.MoveCheck(c, from)
	if err == nil && !moved {
		err = models.Errorf(models.Conflict, "check_moved", "the check has changed meanwhile")
	}
	return err
}
