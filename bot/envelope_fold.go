package bot

import (
	"crypto/rand"
	"slices"

	"siyu/internal/jobs"
	"siyu/models"
)

// envelopeCodeLength gives 60 bits: a card's code is no secret, but nobody should hit one by chance.
const envelopeCodeLength = 12

// fold lays tasks into envelopes, by content, and has each sent.
func (b *Bot) fold(sc *models.Scope, owner string, tasks []models.Task) error {
	byContent, since := map[string][]models.Task{}, map[string]models.Millis{}
	var contents []string // in the order in which they were asked for
	for _, t := range tasks {
		c, from, err := contentOf(sc, t)
		if err != nil {
			return err
		}
		if byContent[c] == nil {
			contents, since[c] = append(contents, c), min(from, sc.Now)
		}
		byContent[c] = append(byContent[c], t)
	}
	corp, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	today, err := ownerDay(sc, owner)
	if err != nil {
		return err
	}
	left, err := leftToday(sc, owner, today.day, 0)
	if err != nil {
		return err
	}
	for _, content := range contents {
		tasks, err := b.join(sc, owner, content, byContent[content])
		if err != nil {
			return err
		}
		for _, some := range apart(tasks, b.envelopes.ChatsMost) {
			if sponsored(content) {
				if left--; left < 0 {
					if err := b.tomorrow(sc, some); err != nil {
						return err
					}
					continue
				}
			}
			e := models.Envelope{ChannelID: corp.ID, OwnerUserID: owner, Code: rand.Text()[:envelopeCodeLength], Content: content,
				Day: today.day, State: models.EnvelopeNew, DueAt: earliest(some)}
			if err := b.seal(sc, e, some, since[content]); err != nil {
				return err
			}
		}
	}
	return nil
}

// apart divides tasks among messages: a message has at most so many groups, and each of them once. Two runs of one piece in
// one group are two posts.
func apart(tasks []models.Task, most int) [][]models.Task {
	var all [][]models.Task
	for _, t := range tasks {
		i := slices.IndexFunc(all, func(some []models.Task) bool { return len(some) < most && !holds(some, t.GroupID) })
		if i < 0 {
			all, i = append(all, nil), len(all)
		}
		all[i] = append(all[i], t)
	}
	return all
}

func holds(tasks []models.Task, g models.GroupID) bool {
	return slices.ContainsFunc(tasks, func(t models.Task) bool { return t.GroupID == g })
}

// join lays tasks into an envelope of their content that WeCom was not asked for yet, and returns those for which there is
// none.
func (b *Bot) join(sc *models.Scope, owner, content string, tasks []models.Task) ([]models.Task, error) {
	waiting, err := sc.EnvelopesIn(models.EnvelopeNew)
	if err != nil {
		return nil, err
	}
	for _, e := range waiting {
		if e.OwnerUserID != owner || e.Content != content {
			continue
		}
		in, err := sc.TasksInEnvelope(e.ID)
		if err != nil {
			return nil, err
		}
		var left []models.Task
		for _, t := range tasks {
			if len(in) >= b.envelopes.ChatsMost || holds(in, t.GroupID) {
				left = append(left, t)
				continue
			}
			if _, err := sc.FoldTask(t.ID, e.ID); err != nil {
				return nil, err
			}
			in = append(in, t)
		}
		tasks = left
	}
	return tasks, nil
}

// seal stores an envelope with its tasks in it and has it sent, before what was to go out later.
func (b *Bot) seal(sc *models.Scope, e models.Envelope, tasks []models.Task, since models.Millis) error {
	if err := sc.AddEnvelope(&e); err != nil {
		return err
	}
	if err := layIn(sc, e.ID, tasks); err != nil {
		return err
	}
	return jobs.Enqueue(sc.Tx, SendEnvelope{Community: sc.Community, Envelope: e.ID}, since)
}

func layIn(sc *models.Scope, e models.EnvelopeID, tasks []models.Task) error {
	for _, t := range tasks {
		if _, err := sc.FoldTask(t.ID, e); err != nil {
			return err
		}
	}
	return nil
}

func earliest(tasks []models.Task) models.Millis {
	due := tasks[0].DueAt
	for _, t := range tasks {
		due = min(due, t.DueAt)
	}
	return due
}
