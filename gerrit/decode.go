package gerrit

import (
	"cmp"
	"maps"
	"slices"
)

type changeJSON struct {
	rowJSON
	ChangeID         string                   `json:"change_id"`
	Subject          string                   `json:"subject"`
	Created          string                   `json:"created"`
	Submitted        string                   `json:"submitted"`
	TotalComments    int                      `json:"total_comment_count"`
	CurrentRevision  string                   `json:"current_revision"`
	RevertOf         int                      `json:"revert_of"`
	Revisions        map[string]revisionJSON  `json:"revisions"`
	Labels           map[string]labelJSON     `json:"labels"`
	Messages         []messageJSON            `json:"messages"`
	ReviewerUpdates  []reviewerUpdateJSON     `json:"reviewer_updates"`
	AttentionSet     map[string]attentionJSON `json:"attention_set"`
	AttentionRemoved map[string]attentionJSON `json:"removed_from_attention_set"`
	Hashtags         []string                 `json:"hashtags"`
}

type revisionJSON struct {
	Number   int         `json:"_number"`
	Kind     string      `json:"kind"`
	Created  string      `json:"created"`
	Uploader accountJSON `json:"uploader"`
	Commit   struct {
		Message string `json:"message"`
		Parents []struct {
			Commit string `json:"commit"`
		} `json:"parents"`
	} `json:"commit"`
}

type labelJSON struct {
	Values map[string]string `json:"values"`
	All    []approvalJSON    `json:"all"`
}

type approvalJSON struct {
	accountJSON
	Value      *int   `json:"value"` // missing is not 0
	Date       string `json:"date"`
	Tag        string `json:"tag"`
	PostSubmit bool   `json:"post_submit"`
}

type messageJSON struct {
	ID         string      `json:"id"`
	Tag        string      `json:"tag"`
	Author     accountJSON `json:"author"`
	RealAuthor accountJSON `json:"real_author"`
	Date       string      `json:"date"`
	Message    string      `json:"message"`
	PatchSet   int         `json:"_revision_number"`
}

type reviewerUpdateJSON struct {
	Updated  string      `json:"updated"`
	By       accountJSON `json:"updated_by"`
	Reviewer accountJSON `json:"reviewer"`
	State    string      `json:"state"`
}

type attentionJSON struct {
	Account    accountJSON `json:"account"`
	LastUpdate string      `json:"last_update"`
	Reason     string      `json:"reason"`
}

func (j *changeJSON) change() (*Change, error) {
	var t times
	c := &Change{
		Project: j.Project, Branch: j.Branch, Number: j.Number, ChangeID: j.ChangeID, Subject: j.Subject,
		Status: j.Status, MetaRevID: j.MetaRevID, Owner: j.Owner.account(),
		Created: t.need(j.Created, "created"), Updated: t.need(j.Updated, "updated"), Submitted: t.read(j.Submitted, "submitted"),
		Private: j.Private, WorkInProgress: j.WIP, TotalComments: j.TotalComments,
		CurrentRevision: j.CurrentRevision, RevertOf: j.RevertOf, Hashtags: j.Hashtags,
	}
	if c.Project == "" || c.Number == 0 {
		t.fail("it has no project or no number")
	}
	c.Revisions = j.revisions(&t)
	c.CurrentPatchSet = j.Revisions[j.CurrentRevision].Number
	if c.CurrentPatchSet == 0 {
		t.fail("current_revision is none of the revisions")
	}
	c.Labels = j.labels(&t)
	for i, m := range j.Messages {
		c.Messages = append(c.Messages, Message{
			ID: m.ID, Tag: m.Tag, Author: m.Author.account(), RealAuthor: m.RealAuthor.account(),
			Date: t.need(m.Date, "messages[%d].date", i), PatchSet: m.PatchSet, Text: m.Message,
		})
	}
	for i, u := range j.ReviewerUpdates {
		c.ReviewerUpdates = append(c.ReviewerUpdates, ReviewerUpdate{
			Updated: t.need(u.Updated, "reviewer_updates[%d].updated", i),
			By:      u.By.account(), Reviewer: u.Reviewer.account(), State: u.State,
		})
	}
	c.Attention = attention(&t, "attention_set", j.AttentionSet)
	c.AttentionRemoved = attention(&t, "removed_from_attention_set", j.AttentionRemoved)
	if t.err != nil {
		return nil, t.err
	}
	return c, nil
}

func (j *changeJSON) revisions(t *times) []Revision {
	var out []Revision
	for sha, r := range j.Revisions {
		revision := Revision{
			Number: r.Number, Kind: r.Kind, Created: t.need(r.Created, "revisions.%s.created", sha),
			Uploader: r.Uploader.account(), CommitMessage: r.Commit.Message, SHA: sha,
		}
		for _, p := range r.Commit.Parents {
			revision.Parents = append(revision.Parents, p.Commit)
		}
		out = append(out, revision)
	}
	slices.SortFunc(out, func(a, b Revision) int { return cmp.Or(a.Number-b.Number, cmp.Compare(a.SHA, b.SHA)) })
	return out
}

func (j *changeJSON) labels(t *times) []Label {
	var out []Label
	for _, name := range slices.Sorted(maps.Keys(j.Labels)) {
		l := Label{Name: name}
		l.Min, l.Max = j.Labels[name].bounds()
		for i, a := range j.Labels[name].All {
			approval := Approval{
				Account: a.account(), Date: t.read(a.Date, "labels.%s.all[%d].date", name, i),
				Tag: a.Tag, PostSubmit: a.PostSubmit,
			}
			if a.Value != nil {
				approval.Value, approval.HasValue = *a.Value, true
			}
			l.All = append(l.All, approval)
		}
		out = append(out, l)
	}
	return out
}

func attention(t *times, field string, set map[string]attentionJSON) []Attention {
	var out []Attention
	for id, a := range set {
		out = append(out, Attention{
			Account: a.Account.account(), LastUpdate: t.need(a.LastUpdate, "%s.%s.last_update", field, id), Reason: a.Reason,
		})
	}
	slices.SortFunc(out, func(a, b Attention) int { return a.Account.ID - b.Account.ID })
	return out
}
