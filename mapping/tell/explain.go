package tell

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Explanation is all that there is to say about the card of one task on one board. Its JSON
// is documented in docs/commands.md.
type Explanation struct {
	Board    string            `json:"board"`
	Column   string            `json:"column"`              // where the card is, for people; empty: on no board
	Verdict  mapping.Verdict   `json:"verdict"`             //
	To       string            `json:"to,omitempty"`        // where the rules want it, wherever it is
	Sentence string            `json:"sentence"`            // the decision
	Next     []Next            `json:"next"`                // what would move it
	State    review.State      `json:"state,omitempty"`     // of the card; empty: no change counts
	Since    time.Time         `json:"since,omitzero"`      // the date of the newest word that the rules look at, by Phabricator's clock
	LastWord string            `json:"last_word,omitempty"` // that word
	Placed   Placing           `json:"placed"`
	Rules    []RuleExplained   `json:"rules"`
	Changes  []ChangeExplained `json:"changes"`
}

// Placing is since when a card keeps its place: only what is said later moves it.
type Placing struct {
	At       time.Time `json:"at,omitzero"`
	By       string    `json:"by,omitempty"` // the person who moved it; empty: nobody since the rules of the board began
	Sentence string    `json:"sentence"`
}

// RuleExplained is a rule of the board, in order. The first whose condition is met applies.
type RuleExplained struct {
	To      string `json:"to"`   // a column, "stay" or "untag"
	When    string `json:"when"` // the condition, for people
	Line    int    `json:"line,omitempty"`
	Matches bool   `json:"matches"` // it is the one that applies
	Because string `json:"because"`
}

// Next is something that would move the card.
type Next struct {
	If    string       `json:"if"`
	State review.State `json:"state,omitempty"` // that the card would get; empty: it is not about reviews
	To    string       `json:"to,omitempty"`    // the column that the card would go to; empty: it depends
}

// ChangeExplained is a change that is or was linked to the task, as the board sees it.
type ChangeExplained struct {
	review.Key
	Branch   string        `json:"branch"`
	Owner    string        `json:"owner"`
	Status   review.Status `json:"status"` // in Gerrit
	Linked   bool          `json:"linked"` // the current patch set names the task
	Counted  bool          `json:"counted"`
	Ignored  string        `json:"ignored,omitempty"` // why it is not linked or not counted
	State    review.State  `json:"state,omitempty"`
	Since    time.Time     `json:"since,omitzero"` // Gerrit's clock
	Sentence string        `json:"sentence,omitempty"`
	Repeats  bool          `json:"-"`                  // the sentence on the card has this one in it
	Standing []string      `json:"standing,omitempty"` // votes, threads and expected reviews that make the state
	Facts    []DatedFact   `json:"facts,omitempty"`    // oldest first
}

// Explain puts an explanation into words.
func Explain(e mapping.Explanation, names Names) Explanation {
	d := &e.Decision
	t := card{Teller{Board: d.Board.Name, Now: e.Now}, d, names}
	out := Explanation{
		Board: d.Board.Name, Column: t.place(), Verdict: d.Verdict, To: t.aim(e.Wanted, ""), Sentence: Decision(*d, names), Next: t.nexts(e.Next),
		State: d.State, Since: e.Since, Placed: t.placing(e.Placed), Rules: []RuleExplained{}, Changes: []ChangeExplained{},
	}
	if !e.Since.IsZero() {
		out.LastWord = t.Word(e.Said)
	}
	for i := range e.Rules {
		out.Rules = append(out.Rules, t.rule(&e, &e.Rules[i]))
	}
	for i := range e.Changes {
		out.Changes = append(out.Changes, t.change(&e.Changes[i]))
	}
	return out
}

// placing says since when the card holds its place.
func (t *card) placing(p mapping.Placing) Placing {
	out := Placing{At: p.At}
	switch {
	case p.By.Kind != "":
		out.By = t.names(p.By.By)
		who := out.By
		if p.By.Ours {
			who = beforeLoss
		}
		where := "here"
		if !p.By.Here {
			where = "to another column"
		}
		out.Sentence = fmt.Sprintf("%s moved it %s %s", who, where, t.Date(p.By.At))
	case !p.OnBoard:
		out.Sentence = "it is not on the board"
	default:
		out.Sentence = "no person has moved it"
		if !p.Start.IsZero() {
			out.Sentence += " since the rules of this board began (" + t.Date(p.Start) + ")"
		}
	}
	if p.Came.Kind != "" {
		out.Sentence += "; " + t.came(p.Came)
	}
	return out
}

// came says who brought the card where it is.
func (t *card) came(d mapping.Deed) string {
	who, did := t.names(d.By), "moved it here"
	if d.Ours {
		who = "reviewsync"
	}
	if d.Kind == mapping.CardAdded {
		did = "put it on the board"
	}
	return fmt.Sprintf("%s %s %s", who, did, t.Date(d.At))
}

func (t *card) rule(e *mapping.Explanation, r *mapping.RuleExplained) RuleExplained {
	out := RuleExplained{To: r.Target.String(), When: when(&r.When), Line: r.Line, Matches: r.Matches}
	switch {
	case r.Matches:
		out.Because = t.met(e, r)
	case r.Lacks == mapping.LackNothing:
		out.Because = "that is so as well, but an earlier rule applies"
	default:
		out.Because = t.lacks(e, r)
	}
	return out
}

// met says in short why a rule applies.
func (t *card) met(e *mapping.Explanation, r *mapping.RuleExplained) string {
	var parts []string
	if r.When.OfReview() {
		parts = append(parts, fmt.Sprintf("it is %s", t.d.State))
	}
	if r.Has != "" {
		parts = append(parts, "it is tagged "+strings.Join(r.Has.List(), ", "))
	}
	if len(r.When.Status) > 0 {
		parts = append(parts, "the task is "+e.Status)
	}
	return strings.Join(parts, ", ")
}

// lacks says what a condition lacks.
func (t *card) lacks(e *mapping.Explanation, r *mapping.RuleExplained) string {
	switch r.Lacks {
	case mapping.LackOpen:
		return fmt.Sprintf("the task is %s, and the rule names no status", e.Status)
	case mapping.LackStatus:
		return "the task is " + e.Status
	case mapping.LackTags:
		return "the task is not tagged " + OneOf(r.When.Tags)
	case mapping.LackChange:
		return "no change counts"
	case mapping.LackReview:
		return fmt.Sprintf("it is %s", t.d.State)
	case mapping.LackRepositories:
		return fmt.Sprintf("change %d is in %s", r.Elsewhere.Number, r.Elsewhere.Project)
	case mapping.LackNothing:
	}
	return ""
}

// when is a condition for people.
func when(w *mapping.When) string {
	var parts []string
	if len(w.Review) > 0 {
		states := make([]string, len(w.Review))
		for i, s := range w.Review {
			states[i] = string(s)
		}
		parts = append(parts, OneOf(states))
	}
	if len(w.Repositories) > 0 {
		parts = append(parts, "in "+OneOf(w.Repositories))
	}
	if len(w.Tags) > 0 {
		parts = append(parts, "tagged "+OneOf(w.Tags))
	}
	if len(w.Status) > 0 {
		parts = append(parts, "status "+OneOf(w.Status))
	}
	if len(parts) == 0 {
		return "always"
	}
	return strings.Join(parts, ", ")
}

func (t *card) change(c *mapping.ChangeExplained) ChangeExplained {
	out := ChangeExplained{
		Key: c.Key, Branch: c.Branch, Owner: named(c.Owner, "nobody"), Status: c.Status, Linked: c.Linked, Counted: c.Counted,
		Ignored: t.ignored(c), State: c.Why.State, Since: c.Since, Facts: Story(c.Timeline, t.d.Task, c.Decides),
	}
	if c.Why.Code == "" {
		return out
	}
	words := Teller{Board: t.Board, Now: c.Now}
	out.Sentence, out.Repeats = words.Why(c.Why), c.Why == t.d.Why.Cause.Review && saysCause(t.d.Why.Code)
	for _, s := range c.Standing {
		out.Standing = append(out.Standing, words.Standing(s))
	}
	return out
}

// saysCause reports whether the sentence on a decision says why its rule applies, or why none does.
func saysCause(c mapping.WhyCode) bool {
	switch c {
	case mapping.WhyClosed, mapping.WhyNoChange, mapping.WhyUnread, mapping.WhyUnlooked, mapping.WhyNotOnBoard, mapping.WhyWithin,
		mapping.WhyTakenOff, mapping.WhyTooOld, mapping.WhyNewcomer, mapping.WhyNoWorkboard, mapping.WhyNoColumn, mapping.WhyHeld:
		return false
	case mapping.WhySaid, mapping.WhyAdded, mapping.WhyReopened, mapping.WhyTagged, mapping.WhyStatus, mapping.WhyAligned, mapping.WhyThere,
		mapping.WhyBeforeStart, mapping.WhyNothingNew, mapping.WhyStayRule, mapping.WhyNoRule, mapping.WhyPeoples, mapping.WhyOffByRule:
		return true
	}
	return false
}

// ignored says why a change is not linked or the board does not count it. Empty: it counts.
func (t *card) ignored(c *mapping.ChangeExplained) string {
	owner := strings.TrimSpace("its owner " + c.Owner)
	switch c.Ignored.Because {
	case mapping.IgnoredRepository:
		return fmt.Sprintf("%s is not in count.repositories of %s", c.Project, t.Board)
	case mapping.IgnoredBranch:
		return fmt.Sprintf("the branch %s is not in count.branches of %s", c.Branch, t.Board)
	case mapping.IgnoredBot:
		return owner + " is a bot"
	case mapping.IgnoredOwner:
		who := "not in the team"
		if c.Ignored.InTeam {
			who = "in the team"
		}
		counts := c.Ignored.Counts.List()
		if i := slices.Index(counts, "team"); i >= 0 {
			counts[i] = "the team"
		}
		return fmt.Sprintf("%s is %s, and %s counts only changes of %s", owner, who, t.Board, OneOf(counts))
	case mapping.IgnoredUnlinked:
		return fmt.Sprintf("its current patch set does not name T%d any more", t.d.Task)
	case mapping.IgnoredRevert:
		return "it is a revert that was merged, which counts only for what it undid"
	}
	return ""
}
