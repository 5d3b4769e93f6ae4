package ingest

import (
	"slices"

	"reviewsync/gerrit"
	"reviewsync/mapping/review"
)

// snapshot converts a change to the form that the rules use.
func snapshot(c *gerrit.Change, comments []gerrit.Comment, reverted, inherited []int) review.Change {
	m := review.Change{
		Key:            review.Key{Project: c.Project, Number: c.Number},
		Branch:         c.Branch,
		ChangeID:       c.ChangeID,
		Subject:        c.Subject,
		Status:         review.Status(c.Status),
		Owner:          account(c.Owner),
		WorkInProgress: c.WorkInProgress,
		Inherited:      inherited,
		Created:        c.Created,
		Submitted:      c.Submitted,
		Hashtags:       c.Hashtags,
	}
	if len(reverted) > 0 {
		m.RevertOf = reverted[0] // the others of several are found by their commits
	}
	if m.Status == review.StatusMerged { // known without asking
		m.Refs = []review.Ref{{Name: "refs/heads/" + c.Branch, Since: c.Submitted}}
	}
	for _, r := range c.Revisions {
		m.PatchSets = append(m.PatchSets, review.PatchSet{
			Number: r.Number, Kind: r.Kind, Uploader: account(r.Uploader), Created: r.Created, Message: r.CommitMessage,
			SHA: r.SHA, Parents: r.Parents,
		})
	}
	for _, l := range c.Labels {
		label := review.Label{Name: l.Name, Min: l.Min, Max: l.Max}
		for _, a := range l.All {
			if a.Value != 0 {
				label.Votes = append(label.Votes, review.Vote{By: account(a.Account), Value: a.Value, Date: a.Date, Tag: a.Tag})
			}
		}
		m.Labels = append(m.Labels, label)
	}
	for i, s := range c.Messages {
		m.Messages = append(m.Messages, review.Message{
			ID: s.ID, Place: i + 1, By: account(s.Author), Date: s.Date, Tag: s.Tag, PatchSet: s.PatchSet, Text: s.Text,
		})
	}
	for _, k := range comments {
		m.Comments = append(m.Comments, review.Comment{
			ID: k.ID, By: account(k.Author), Date: k.Updated, Tag: k.Tag, PatchSet: k.PatchSet, InReplyTo: k.InReplyTo,
			Unresolved: k.Unresolved, Message: k.ChangeMessageID, Text: k.Text,
		})
	}
	for _, u := range c.ReviewerUpdates {
		m.Reviewers = append(m.Reviewers, review.ReviewerUpdate{Date: u.Updated, By: account(u.By), Who: account(u.Reviewer), State: u.State})
	}
	for _, a := range c.Attention {
		m.OnTurn = append(m.OnTurn, review.Turn{Who: account(a.Account), Date: a.LastUpdate})
	}
	for _, a := range c.AttentionRemoved {
		m.OffTurn = append(m.OffTurn, review.Turn{Who: account(a.Account), Date: a.LastUpdate})
	}
	return m
}

func account(a gerrit.Account) review.Account {
	return review.Account{ID: a.ID, Username: a.Username, Name: a.Name, Inactive: a.Inactive, Service: a.Service}
}

// tasks lists every task that a patch set links or linked.
func tasks(c *gerrit.Change, inherited []int, links review.Links) []int {
	all := links.Tasks(inherited, "")
	for _, r := range c.Revisions {
		for _, t := range links.Tasks(inherited, r.CommitMessage) {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}
