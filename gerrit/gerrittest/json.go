package gerrittest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// options of a read (o=…).
type options struct {
	labels, accounts, messages, updates               bool
	currentRevision, allRevisions, commit, allCommits bool
}

func parseOptions(names []string) (options, error) {
	var o options
	for _, n := range names {
		switch n {
		case "LABELS", "DETAILED_LABELS":
			o.labels = true
		case "DETAILED_ACCOUNTS":
			o.accounts = true
		case "MESSAGES":
			o.messages = true
		case "REVIEWER_UPDATES":
			o.updates = true
		case "CURRENT_REVISION":
			o.currentRevision = true
		case "ALL_REVISIONS":
			o.allRevisions = true
		case "CURRENT_COMMIT":
			o.commit = true
		case "ALL_COMMITS":
			o.allCommits = true
		case "SKIP_DIFFSTAT", "SUBMIT_REQUIREMENTS", "SUBMITTABLE", "TRACKING_IDS":
		default:
			return o, refuse(400, "\"%s\" is not a valid value for \"-o\"", n)
		}
	}
	return o, nil
}

type accountJSON struct {
	ID       int      `json:"_account_id"`
	Name     string   `json:"name,omitempty"`
	Email    string   `json:"email,omitempty"`
	Username string   `json:"username,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Inactive bool     `json:"inactive,omitempty"`
}

func detailed(a *account) *accountJSON {
	out := &accountJSON{ID: a.id, Name: a.name, Email: a.email, Username: a.username, Inactive: a.inactive}
	if a.service {
		out.Tags = []string{"SERVICE_USER"}
	}
	return out
}

func (o options) account(a *account) *accountJSON {
	if a == nil {
		return nil
	}
	if !o.accounts {
		return &accountJSON{ID: a.id}
	}
	return detailed(a)
}

type projectJSON struct {
	ID     string               `json:"id"`
	Name   string               `json:"name,omitempty"`
	Parent string               `json:"parent,omitempty"`
	State  string               `json:"state"`
	Labels map[string]labelJSON `json:"labels,omitempty"`
}

type labelJSON struct {
	All     []approvalJSON    `json:"all,omitempty"`
	Values  map[string]string `json:"values"`
	Default int               `json:"default_value"`
}

func (l *Label) values() map[string]string {
	out := map[string]string{}
	for v := l.Min; v <= l.Max; v++ {
		key := " 0"
		if v != 0 {
			key = fmt.Sprintf("%+d", v)
		}
		out[key] = "Score " + key
	}
	return out
}

type approvalJSON struct {
	*accountJSON
	Value      *int   `json:"value,omitempty"`
	Date       string `json:"date,omitempty"`
	Tag        string `json:"tag,omitempty"`
	PostSubmit bool   `json:"post_submit,omitempty"`
}

type attentionJSON struct {
	Account    *accountJSON `json:"account"`
	LastUpdate string       `json:"last_update"`
	Reason     string       `json:"reason"`
}

type messageJSON struct {
	ID       string       `json:"id"`
	Tag      string       `json:"tag,omitempty"`
	Author   *accountJSON `json:"author,omitempty"`
	Date     string       `json:"date"`
	Message  string       `json:"message"`
	PatchSet int          `json:"_revision_number"`
}

type updateJSON struct {
	Updated  string       `json:"updated"`
	By       *accountJSON `json:"updated_by"`
	Reviewer *accountJSON `json:"reviewer"`
	State    string       `json:"state"`
}

type commitJSON struct {
	Parents []parentJSON `json:"parents"`
	Subject string       `json:"subject"`
	Message string       `json:"message"`
}

type parentJSON struct {
	Commit string `json:"commit"`
}

type revisionJSON struct {
	Kind     string       `json:"kind"`
	Number   int          `json:"_number"`
	Created  string       `json:"created"`
	Uploader *accountJSON `json:"uploader"`
	Ref      string       `json:"ref"`
	Commit   *commitJSON  `json:"commit,omitempty"`
	Branch   string       `json:"branch"`
}

type changeJSON struct {
	ID              string                    `json:"id"`
	TripletID       string                    `json:"triplet_id"`
	Project         string                    `json:"project"`
	Branch          string                    `json:"branch"`
	Attention       map[string]attentionJSON  `json:"attention_set,omitempty"`
	Removed         map[string]attentionJSON  `json:"removed_from_attention_set,omitempty"`
	Hashtags        []string                  `json:"hashtags"`
	ChangeID        string                    `json:"change_id"`
	Subject         string                    `json:"subject"`
	Status          string                    `json:"status"`
	Created         string                    `json:"created"`
	Updated         string                    `json:"updated"`
	Submitted       string                    `json:"submitted,omitempty"`
	Submitter       *accountJSON              `json:"submitter,omitempty"`
	Total           int                       `json:"total_comment_count"`
	Unresolved      int                       `json:"unresolved_comment_count"`
	Private         bool                      `json:"is_private,omitempty"`
	WIP             bool                      `json:"work_in_progress,omitempty"`
	Started         bool                      `json:"has_review_started,omitempty"`
	Meta            string                    `json:"meta_rev_id"`
	Number          int                       `json:"_number"`
	VirtualNumber   int                       `json:"virtual_id_number"`
	Owner           *accountJSON              `json:"owner"`
	Labels          map[string]labelJSON      `json:"labels,omitempty"`
	Reviewers       map[string][]*accountJSON `json:"reviewers,omitempty"`
	ReviewerUpdates []updateJSON              `json:"reviewer_updates,omitempty"`
	Messages        []messageJSON             `json:"messages,omitempty"`
	CurrentNumber   int                       `json:"current_revision_number"`
	CurrentRevision string                    `json:"current_revision,omitempty"`
	Revisions       map[string]revisionJSON   `json:"revisions,omitempty"`
	RevertOf        int                       `json:"revert_of,omitempty"`
	MoreChanges     bool                      `json:"_more_changes,omitempty"`
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04:05.000000000")
}

func (c *change) json(o options) *changeJSON {
	escaped := url.PathEscape(c.project.name)
	out := &changeJSON{
		ID:        escaped + "~" + strconv.Itoa(c.number),
		TripletID: escaped + "~" + url.PathEscape(c.branch) + "~" + c.id,
		Project:   c.project.name, Branch: c.branch, ChangeID: c.id, Subject: c.subject, Status: c.status,
		Hashtags: append([]string{}, c.hashtags...),
		Created:  stamp(c.created), Updated: stamp(c.updated), Submitted: stamp(c.submitted), Submitter: o.account(c.submitter),
		Total: len(c.comments), Unresolved: c.unresolved(), Private: c.private, WIP: c.wip, Started: c.started,
		Meta: c.meta, Number: c.number, VirtualNumber: c.number, Owner: o.account(c.owner), CurrentNumber: c.current().number,
		RevertOf: c.revertOf,
	}
	out.Attention, out.Removed = c.attentionJSON(o)
	if o.labels {
		out.Labels = c.labelsJSON(o)
		out.Reviewers = map[string][]*accountJSON{}
		for _, r := range c.reviewers {
			out.Reviewers[r.state] = append(out.Reviewers[r.state], o.account(r.account))
		}
	}
	if o.updates {
		for _, u := range c.updates {
			out.ReviewerUpdates = append(out.ReviewerUpdates, updateJSON{stamp(u.updated), o.account(u.by), o.account(u.who), u.state})
		}
	}
	if o.messages {
		for _, m := range c.messages {
			out.Messages = append(out.Messages, messageJSON{
				ID: m.id, Tag: m.tag, Author: o.account(m.author), Date: stamp(m.date), Message: m.text, PatchSet: m.patchSet,
			})
		}
	}
	if o.currentRevision || o.allRevisions {
		out.CurrentRevision, out.Revisions = c.current().sha, c.revisionsJSON(o)
	}
	return out
}

func (c *change) attentionJSON(o options) (on, off map[string]attentionJSON) {
	if len(c.turns) == 0 {
		return nil, nil
	}
	on, off = map[string]attentionJSON{}, map[string]attentionJSON{}
	for id, t := range c.turns {
		set := on
		if t.removed {
			set = off
		}
		set[strconv.Itoa(id)] = attentionJSON{o.account(t.account), stamp(t.date), t.reason}
	}
	return on, off
}

// labelsJSON lists every reviewer under every label. On a merged change all of them have a value.
func (c *change) labelsJSON(o options) map[string]labelJSON {
	out := map[string]labelJSON{}
	for i := range c.project.labels {
		l := &c.project.labels[i]
		j := labelJSON{Values: l.values()}
		for _, r := range c.reviewers {
			v := c.votes[voteKey{r.account.id, l.Name}]
			if r.state != Reviewer && v == nil || c.status == "MERGED" && !c.voted(r.account) {
				continue
			}
			a := approvalJSON{accountJSON: o.account(r.account)}
			if v != nil {
				a.Date, a.Tag, a.PostSubmit = stamp(v.date), v.tag, v.postSubmit
			}
			if v != nil && v.value != 0 {
				a.Value = &v.value
			} else if c.status == "MERGED" {
				a.Value = new(int)
			}
			j.All = append(j.All, a)
		}
		out[l.Name] = j
	}
	return out
}

// voted reports whether an account voted on any label: a merged change lists no others.
func (c *change) voted(a *account) bool {
	for key := range c.votes {
		if key.account == a.id {
			return true
		}
	}
	return false
}

func (c *change) revisionsJSON(o options) map[string]revisionJSON {
	out := map[string]revisionJSON{}
	for _, p := range c.patchSets {
		current := p.number == c.current().number
		if !current && !o.allRevisions {
			continue
		}
		r := revisionJSON{
			Kind: p.kind, Number: p.number, Created: stamp(p.created), Uploader: o.account(p.uploader),
			Ref: fmt.Sprintf("refs/changes/%02d/%d/%d", c.number%100, c.number, p.number), Branch: "refs/heads/" + c.branch,
		}
		if o.allCommits || o.commit && current {
			r.Commit = &commitJSON{[]parentJSON{{p.parent}}, c.subject, p.message}
		}
		out[p.sha] = r
	}
	return out
}

// unresolved counts the threads whose last comment is unresolved.
func (c *change) unresolved() int {
	n := 0
	for i, m := range c.comments {
		answered := slices.ContainsFunc(c.comments[i+1:], func(o comment) bool { return o.inReplyTo == m.id })
		if m.unresolved && !answered {
			n++
		}
	}
	return n
}

type commentJSON struct {
	Author     *accountJSON `json:"author"`
	MessageID  string       `json:"change_message_id"`
	Unresolved bool         `json:"unresolved"`
	PatchSet   int          `json:"patch_set"`
	ID         string       `json:"id"`
	Tag        string       `json:"tag,omitempty"`
	Line       int          `json:"line,omitempty"`
	InReplyTo  string       `json:"in_reply_to,omitempty"`
	Updated    string       `json:"updated"`
	Message    string       `json:"message"`
	Commit     string       `json:"commit_id"`
}

func (c *change) commentsJSON() map[string][]commentJSON {
	out := map[string][]commentJSON{}
	for _, m := range c.comments {
		out[m.path] = append(out[m.path], commentJSON{
			Author: detailed(m.author), MessageID: m.messageID, Unresolved: m.unresolved, PatchSet: m.patchSet, ID: m.id,
			Tag: m.tag, Line: m.line, InReplyTo: m.inReplyTo, Updated: stamp(m.date), Message: m.text, Commit: m.commit,
		})
	}
	return out
}
