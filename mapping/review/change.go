package review

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Key names a change for ever. Change-Ids repeat across branches; this does not.
type Key struct {
	Project string `json:"project"`
	Number  int    `json:"number"`
}

// String is Gerrit's "project~number".
func (k Key) String() string { return k.Project + "~" + strconv.Itoa(k.Number) }

// ParseKey reads what Key.String writes.
func ParseKey(s string) (Key, error) {
	i := strings.LastIndexByte(s, '~')
	if i < 1 {
		return Key{}, fmt.Errorf("%q is not project~number", s)
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n <= 0 {
		return Key{}, fmt.Errorf("%q is not project~number", s)
	}
	return Key{Project: s[:i], Number: n}, nil
}

// Account is a person or a bot on Gerrit.
type Account struct {
	ID       int    `json:"id"`
	Username string `json:"username,omitempty"`
	Name     string `json:"name,omitempty"`
	Inactive bool   `json:"inactive,omitempty"`
	Service  bool   `json:"service,omitempty"` // member of Gerrit's group "Service Users"
}

// String is how sentences name the account.
func (a Account) String() string {
	switch {
	case a.Username != "":
		return a.Username
	case a.Name != "":
		return a.Name
	default:
		return "account " + strconv.Itoa(a.ID)
	}
}

// Status of a change in Gerrit.
type Status string

// Gerrit knows these three; work in progress and private are flags.
const (
	StatusNew       Status = "NEW"
	StatusMerged    Status = "MERGED"
	StatusAbandoned Status = "ABANDONED"
)

// Change is what Gerrit says of a change in GET change and GET comments. Times are
// the server's, to the second. A private change never becomes a Change.
type Change struct {
	Key
	Branch         string    `json:"branch"`              // without refs/heads/
	ChangeID       string    `json:"change_id,omitempty"` // the same on every branch that the change was picked to
	Subject        string    `json:"subject,omitempty"`   // for comments only; no sentence names it
	Status         Status    `json:"status"`
	Owner          Account   `json:"owner"`
	WorkInProgress bool      `json:"wip,omitempty"`
	RevertOf       int       `json:"revert_of,omitempty"` // number of a change, in the same project, that this one reverts
	Inherited      []int     `json:"inherited,omitempty"` // the tasks of all that it reverts
	Newcomer       bool      `json:"newcomer,omitempty"`  // its owner had no merged change when it was read; asked only where that matters
	Created        time.Time `json:"created"`
	Submitted      time.Time `json:"submitted,omitzero"`
	Refs           []Ref     `json:"refs,omitempty"` // branches and tags that have it; known only if it is merged
	Looked         time.Time `json:"-"`              // when these were last read; zero: never

	PatchSets []PatchSet       `json:"patch_sets"`
	Labels    []Label          `json:"labels,omitempty"`
	Messages  []Message        `json:"messages,omitempty"`
	Comments  []Comment        `json:"comments,omitempty"`
	Reviewers []ReviewerUpdate `json:"reviewers,omitempty"`
	OnTurn    []Turn           `json:"on_turn,omitempty"`  // the attention set
	OffTurn   []Turn           `json:"off_turn,omitempty"` // the latest removals from it
	Hashtags  []string         `json:"hashtags,omitempty"` // that it has now
}

// PatchSet is one revision.
type PatchSet struct {
	Number   int       `json:"number"`
	Kind     string    `json:"kind"` // Gerrit's ChangeKind: REWORK, TRIVIAL_REBASE, NO_CODE_CHANGE, …
	Uploader Account   `json:"uploader"`
	Created  time.Time `json:"created"`
	Message  string    `json:"message,omitempty"` // the commit message; set where ALL_COMMITS gave it
	SHA      string    `json:"sha,omitempty"`
	Parents  []string  `json:"parents,omitempty"` // SHAs; that of another change, if it depends on one
}

// Label is a label of the change with everybody's current vote.
type Label struct {
	Name  string `json:"name"`
	Min   int    `json:"min"`
	Max   int    `json:"max"`
	Votes []Vote `json:"votes,omitempty"` // without those of value 0
}

// Vote is a person's current vote on a label (ApprovalInfo). Date is when it was cast
// or, for a copied vote, when the patch set it was copied to was uploaded.
type Vote struct {
	By    Account   `json:"by"`
	Value int       `json:"value"`
	Date  time.Time `json:"date"`
	Tag   string    `json:"tag,omitempty"`
}

// Message is a change message (ChangeMessageInfo).
type Message struct {
	ID       string    `json:"id"`
	Place    int       `json:"place,omitempty"` // in Gerrit's list, from 1: the order of what is of one second; 0: not known
	By       Account   `json:"by"`              // zero for Gerrit itself
	Date     time.Time `json:"date"`
	Tag      string    `json:"tag,omitempty"`
	PatchSet int       `json:"patch_set"`
	Text     string    `json:"text"`
}

// Comment is a published inline or patch-set-level comment (CommentInfo).
type Comment struct {
	ID         string    `json:"id"`
	By         Account   `json:"by"`
	Date       time.Time `json:"date"`
	Tag        string    `json:"tag,omitempty"`
	PatchSet   int       `json:"patch_set"`
	InReplyTo  string    `json:"in_reply_to,omitempty"`
	Unresolved bool      `json:"unresolved,omitempty"`
	Message    string    `json:"message"` // ID of the change message that it was published with
	Text       string    `json:"text"`
}

// ReviewerUpdate is an entry of Gerrit's reviewer_updates.
type ReviewerUpdate struct {
	Date  time.Time `json:"date"`
	By    Account   `json:"by"`
	Who   Account   `json:"who"`
	State string    `json:"state"` // REVIEWER, CC or REMOVED
}

// Turn says since when somebody is in the attention set, or when they were taken out of it.
type Turn struct {
	Who  Account   `json:"who"`
	Date time.Time `json:"date"`
}

// Ref is a branch or tag that has the commit of a merged change.
type Ref struct {
	Name  string    `json:"name"`  // in full: "refs/heads/master"
	Since time.Time `json:"since"` // when it was first seen there, if it was not there before; else when it was merged. Gerrit's clock
}
