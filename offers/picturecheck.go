package offers

import (
	"slices"

	"siyu/internal/jobs"
	"siyu/models"
)

// pictureObject begins the name of a picture's check. A picture is looked at once, however many offers show it.
const pictureObject = "picture:"

// CheckPictures has pictures looked at that were not yet: by an account's leave, which put them into an offer. What WeChat downloads is
// the check's Content, a path below the server's own address; see [models.Tx.PictureAsked].
func CheckPictures(sc *models.Scope, pictures []models.PictureID, by models.AccountID) error {
	known, err := PictureChecks(sc, pictures)
	if err != nil {
		return err
	}
	for _, id := range pictures {
		if _, looked := known[id]; looked {
			continue
		}
		p, err := sc.PictureFacts(id)
		if err != nil {
			return err
		}
		c := models.Check{Object: pictureObject + id.String(), Kind: models.CheckImage, Scene: models.SceneForum, Content: models.PicturePath(p), AccountID: by}
		fresh, err := sc.AddCheck(&c)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		if err := jobs.Enqueue(sc.Tx, models.Judge{Community: sc.Community, Check: c.ID}, sc.Now); err != nil {
			return err
		}
	}
	return nil
}

// PicturesOf lists the pictures of some words, each once.
func PicturesOf(words []models.Creative) []models.PictureID {
	var all []models.PictureID
	for _, w := range words {
		if w.PictureID != 0 && !slices.Contains(all, w.PictureID) {
			all = append(all, w.PictureID)
		}
	}
	return all
}

// PictureChecks reads the checks of some pictures, by picture; those that were never looked at are left out.
func PictureChecks(sc *models.Scope, pictures []models.PictureID) (map[models.PictureID]models.Check, error) {
	found := make(map[models.PictureID]models.Check, len(pictures))
	if len(pictures) == 0 {
		return found, nil
	}
	objects := make([]string, len(pictures))
	for i, id := range pictures {
		objects[i] = pictureObject + id.String()
	}
	by, err := sc.ChecksOf(objects)
	for i, id := range pictures {
		if c, there := by[objects[i]]; there {
			found[id] = c
		}
	}
	return found, err
}

// ShownPictures tells which of the pictures that some offers name may be shown to members: those that passed.
func ShownPictures(sc *models.Scope, all []Written) (map[models.PictureID]bool, error) {
	var words []models.Creative
	for _, w := range all {
		words = append(words, w.Words...)
	}
	checks, err := PictureChecks(sc, PicturesOf(words))
	shown := make(map[models.PictureID]bool, len(checks))
	for id, c := range checks {
		shown[id] = c.State == models.CheckPassed
	}
	return shown, err
}

// seenByHand settles the pictures of an offer that an organiser approves. What WeChat left to a person is passed by her, who sees it in the
// preview; what it refused must be passed on its own first, knowingly. What it is still looking at stays unseen by members until it
// has said something.
func seenByHand(sc *models.Scope, terms models.TermsID, to models.OfferState, by models.AccountID) error {
	if to != models.OfferApproved {
		return nil
	}
	words, err := sc.CreativesOf([]models.TermsID{terms})
	if err != nil {
		return err
	}
	pictures := PicturesOf(words[terms])
	if err := CheckPictures(sc, pictures, by); err != nil { // handed in before pictures were looked at
		return err
	}
	checks, err := PictureChecks(sc, pictures)
	if err != nil {
		return err
	}
	for _, id := range pictures {
		c := checks[id]
		switch c.State {
		case models.CheckRefused:
			return models.Errorf(models.Conflict, "offer_picture_refused", "a picture of the offer was refused")
		case models.CheckReview:
			c.State, c.Reason, c.DecidedBy = models.CheckPassed, models.ReviewByHand, by
			if _, err := sc.MoveCheck(c, models.CheckReview); err != nil {
				return err
			}
		case models.CheckUnchecked, models.CheckChecking, models.CheckPassed:
		}
	}
	return nil
}
