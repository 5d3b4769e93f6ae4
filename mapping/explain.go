package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Explanation is all that is known about the card of one task on one board: what Decide says, and
// what that follows from.
type Explanation struct {
	Decision Decision          `json:"decision"`
	Wanted   Aim               `json:"wanted,omitzero"` // where the rules want the card, wherever it is
	Status   string            `json:"status"`          // of the task
	Since    time.Time         `json:"since,omitzero"`  // when the newest word about the card was said, on Phabricator's clock
	Said     review.Word       `json:"said,omitzero"`   // that word
	Now      time.Time         `json:"now"`             // the newest date that there was to know
	Placed   Placing           `json:"placed"`
	Next     []Next            `json:"next"`
	Rules    []RuleExplained   `json:"rules"`
	Changes  []ChangeExplained `json:"changes"`
}

// Placing is since when a card holds its place: only what is said later moves it.
type Placing struct {
	At      time.Time `json:"at,omitzero"`
	OnBoard bool      `json:"on_board"`       // or on one that this replaces
	By      Deed      `json:"by,omitzero"`    // what a person did; zero: nothing since the rules of the board began
	Came    Deed      `json:"came,omitzero"`  // how the card came where it is, if not by that
	Start   time.Time `json:"start,omitzero"` // when the rules began
}

// RuleExplained is a rule of the board, in order. The first whose condition is met applies.
type RuleExplained struct {
	Rule
	Matches   bool       `json:"matches"`            // it is the one that applies
	Lacks     Lack       `json:"lacks,omitempty"`    // what its condition lacks
	Has       Words      `json:"has,omitempty"`      // of its tags
	Elsewhere review.Key `json:"elsewhere,omitzero"` // of LackRepositories: a change that is in none of them
}

// ChangeExplained is a change that is or was linked to the task, as the board sees it.
type ChangeExplained struct {
	review.Key
	Branch   string          `json:"branch"`
	Owner    string          `json:"owner,omitempty"` // empty: not known
	Status   review.Status   `json:"status"`          // in Gerrit
	Linked   bool            `json:"linked"`          // the current patch set names the task
	Counted  bool            `json:"counted"`
	Ignored  Ignored         `json:"ignored,omitzero"` // why it is not linked or not counted
	Since    time.Time       `json:"since,omitzero"`   // Gerrit's clock
	Why      review.Why      `json:"why,omitzero"`
	Now      time.Time       `json:"now,omitzero"`       // the newest date that there was to know
	Standing []review.Stand  `json:"standing,omitempty"` // votes, threads and expected reviews that make the state
	Timeline review.Timeline `json:"timeline"`
	Decides  time.Time       `json:"decides,omitzero"` // what was said since then does, by Gerrit's clock
}

// Ignored is why a change is not linked or not counted.
type Ignored struct {
	Because IgnoredBecause `json:"because"`
	InTeam  bool           `json:"in_team,omitempty"` // of IgnoredOwner: the owner is
	Counts  Words          `json:"counts,omitempty"`  // of IgnoredOwner: whose changes the board counts
}

// IgnoredBecause is why a change is not linked or not counted.
type IgnoredBecause string

// Why a change is not linked or not counted.
const (
	IgnoredRepository IgnoredBecause = "repository" // the board does not count this repository
	IgnoredBranch     IgnoredBecause = "branch"     // nor this branch
	IgnoredBot        IgnoredBecause = "bot"        // nor changes of bots
	IgnoredOwner      IgnoredBecause = "owner"      // nor changes of this owner
	IgnoredUnlinked   IgnoredBecause = "unlinked"   // the current patch set does not name the task any more
	IgnoredRevert     IgnoredBecause = "revert"     // a merged revert counts only for what it undid
)

// Explain says everything about a card. Its Events must be read, else it knows less.
func Explain(q Question) Explanation {
	x := newDecider(&q)
	d := x.decide()
	e := Explanation{
		Decision: d, Wanted: x.aimOf(x.rule), Status: q.Card.Status, Now: x.newest(&x.c),
		Placed: x.placing(), Next: x.next(d.Why.Code), Rules: []RuleExplained{}, Changes: []ChangeExplained{},
	}
	if len(x.c.views) > 0 {
		e.Since, e.Said = q.date(x.c.since), x.word()
	}
	for i := range q.Board.Rules {
		e.Rules = append(e.Rules, x.explainRule(&q.Board.Rules[i]))
	}
	for _, h := range slices.SortedFunc(slices.Values(q.Changes), review.ByNumber) {
		e.Changes = append(e.Changes, x.explainChange(h))
	}
	return e
}

// Accounts are those that the explanation names, by their IDs.
func (e *Explanation) Accounts() []string {
	return accounts(e.Decision.Why.Did, e.Placed.By, e.Placed.Came)
}

// placing says since when the card holds its place.
func (x *decider) placing() Placing {
	p := Placing{At: x.Start, Start: x.Start, OnBoard: x.Card.onAny()}
	by := x.placedBy()
	last := newest(x.Card.Events, func(e Event) bool {
		return (e.Kind == CardMoved || e.Kind == CardAdded) && (e.Column == "" || e.Column == x.Card.Column.ID)
	})
	if by != nil {
		p.At, p.By = by.At, x.Card.deed(by)
	}
	if last != nil && (by == nil && p.OnBoard || by != nil && !p.By.Here && compareEvents(*last, *by) > 0) {
		p.Came = x.Card.deed(last)
	}
	return p
}

func (x *decider) explainRule(r *Rule) RuleExplained {
	e := RuleExplained{Rule: *r, Matches: r == x.rule, Lacks: r.When.lacks(&x.c, &x.Card), Has: WordsOf(r.When.has(&x.Card)...)}
	if e.Lacks == LackRepositories {
		for _, v := range x.c.views {
			if r.When.elsewhere(&x.c, v) {
				e.Elsewhere = v.Change.Key
				break
			}
		}
	}
	return e
}
