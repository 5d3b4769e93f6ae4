package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// Explanation is all that there is to say about the card of one task on one board: what
// Decide says, and what that follows from. Its JSON is documented in docs/explain.md.
type Explanation struct {
	Board    string            `json:"board"`
	Column   string            `json:"column"`              // where the card is, for people; empty: on no board
	Verdict  string            `json:"verdict"`             // the name of Decision.Verdict
	To       string            `json:"to,omitempty"`        // where the rules want it, wherever it is
	Sentence string            `json:"sentence"`            // Decision.Reason
	Next     []Next            `json:"next"`                // what would move it
	State    review.State      `json:"state,omitempty"`     // of the card; empty: no change counts
	Since    time.Time         `json:"since,omitzero"`      // when the newest word that the rules go by was said, on Phabricator's clock
	LastWord string            `json:"last_word,omitempty"` // that word
	Placed   Placing           `json:"placed"`
	Rules    []RuleExplained   `json:"rules"`
	Changes  []ChangeExplained `json:"changes"`
}

// Placing is since when a card holds its place: only what is said later moves it.
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
	To    string       `json:"to,omitempty"`    // the column that the card would go to; empty: that depends
}

// ChangeExplained is a change that is or was linked to the task, as the board sees it.
type ChangeExplained struct {
	review.Key
	Branch   string           `json:"branch"`
	Owner    string           `json:"owner"`
	Status   review.Status    `json:"status"` // in Gerrit
	Linked   bool             `json:"linked"` // the current patch set names the task
	Counted  bool             `json:"counted"`
	Ignored  string           `json:"ignored,omitempty"` // why it is not linked or not counted
	State    review.State     `json:"state,omitempty"`
	Since    time.Time        `json:"since,omitzero"` // Gerrit's clock
	Sentence string           `json:"sentence,omitempty"`
	Standing []string         `json:"standing,omitempty"` // votes, threads and expected reviews that make the state
	Facts    []tell.DatedFact `json:"facts,omitempty"`    // oldest first
}

// Explain says everything about a card. Its Events must be read, else it knows less.
func Explain(q Question) Explanation {
	x := newDecider(&q)
	d := Decide(q)
	e := Explanation{
		Board: q.Board.Tag, Column: x.tell.place(), Verdict: verdicts[d.Verdict], Sentence: d.Reason, State: d.State,
		Placed: x.placing(), Next: x.next(d.Verdict), Rules: []RuleExplained{}, Changes: []ChangeExplained{},
	}
	if d.Verdict == Unread {
		e.Sentence = x.tell.stays("what happened to the card was not read, so whether it moves cannot be told")
	}
	e.To = x.wanted(x.rule)
	if len(x.c.views) > 0 {
		e.Since = q.date(x.c.since)
		e.LastWord = x.tell.lastWord()
	}
	for i := range q.Board.Rules {
		e.Rules = append(e.Rules, x.explainRule(&q.Board.Rules[i]))
	}
	for _, h := range slices.SortedFunc(slices.Values(q.Changes), review.ByNumber) {
		e.Changes = append(e.Changes, x.explainChange(h))
	}
	return e
}

// verdicts are their names.
var verdicts = map[Verdict]string{
	Move: "move", There: "there", Held: "held", Known: "known", Stays: "stays", Peoples: "peoples",
	Closed: "closed", Off: "off", NoChange: "no-change", Fault: "fault", Unread: "unread", Unlooked: "unlooked",
}

// placing says since when the card holds its place.
func (x *decider) placing() Placing {
	last := newest(x.Card.Events, func(e Event) bool {
		return (e.Kind == CardMoved || e.Kind == CardAdded) && (e.Column == "" || e.Column == x.Card.Column.ID)
	})
	if p := x.placedBy(); p != nil {
		by := p.By
		if p.Own {
			by = "reviewsync, before its store was lost,"
		}
		text := fmt.Sprintf("%s moved it here %s", by, x.tell.date(p.At.Unix()))
		if p.Column != "" && p.Column != x.Card.Column.ID {
			text = fmt.Sprintf("%s moved it to another column %s", by, x.tell.date(p.At.Unix()))
			if last != nil && compareEvents(*last, *p) > 0 {
				text += "; " + x.came(last)
			}
		}
		return Placing{At: p.At, By: p.By, Sentence: text}
	}
	if !x.Card.onAny() {
		return Placing{At: x.Start, Sentence: "it is not on the board"}
	}
	text := "no person has moved it"
	if !x.Start.IsZero() {
		text += " since the rules of this board began (" + x.tell.date(x.Start.Unix()) + ")"
	}
	if last != nil {
		text += "; " + x.came(last)
	}
	return Placing{At: x.Start, Sentence: text}
}

// came says how the card came where it is.
func (x *decider) came(e *Event) string {
	who, did := e.By, "moved it here"
	if e.Own {
		who = "reviewsync"
	}
	if e.Kind == CardAdded {
		did = "put it on the board"
	}
	return fmt.Sprintf("%s %s %s", who, did, x.tell.date(e.At.Unix()))
}

func (x *decider) explainRule(r *Rule) RuleExplained {
	out := RuleExplained{To: r.Target.String(), When: r.When.words(), Line: r.Line, Matches: r == x.rule}
	missed := r.When.misses(&x.c, &x.Card)
	switch {
	case out.Matches:
		out.Because = x.tell.met()
	case missed == missNothing:
		out.Because = "that is so as well, but an earlier rule applies"
	default:
		out.Because = x.lacks(&r.When, missed)
	}
	return out
}

// met says shortly why the rule that applies does.
func (t teller) met() string {
	var parts []string
	if t.rule.When.ofReview() {
		parts = append(parts, fmt.Sprintf("it is %s", t.c.state))
	}
	if len(t.rule.When.Tags) > 0 {
		parts = append(parts, "it is tagged "+among(t.rule.When.Tags, t.q.Card.Tags))
	}
	if len(t.rule.When.Status) > 0 {
		parts = append(parts, "the task is "+t.q.Card.Status)
	}
	return strings.Join(parts, ", ")
}

// lacks says what a condition lacks.
func (x *decider) lacks(w *When, missed miss) string {
	switch missed {
	case missOpen:
		return fmt.Sprintf("the task is %s, and the rule names no status", x.Card.Status)
	case missStatus:
		return "the task is " + x.Card.Status
	case missTags:
		return "the task is not tagged " + tell.OneOf(w.Tags)
	case missChange:
		return "no change counts"
	case missReview:
		return fmt.Sprintf("it is %s", x.c.state)
	case missRepositories:
		for _, v := range x.c.views {
			if w.elsewhere(&x.c, v) {
				return fmt.Sprintf("change %d is in %s", v.Change.Number, v.Change.Project)
			}
		}
	case missNothing:
	}
	return ""
}

// words are the condition for people.
func (w *When) words() string {
	var parts []string
	if len(w.Review) > 0 {
		states := make([]string, len(w.Review))
		for i, s := range w.Review {
			states[i] = string(s)
		}
		parts = append(parts, tell.OneOf(states))
	}
	if len(w.Repositories) > 0 {
		parts = append(parts, "in "+tell.OneOf(w.Repositories))
	}
	if len(w.Tags) > 0 {
		parts = append(parts, "tagged "+tell.OneOf(w.Tags))
	}
	if len(w.Status) > 0 {
		parts = append(parts, "status "+tell.OneOf(w.Status))
	}
	if len(parts) == 0 {
		return "always"
	}
	return strings.Join(parts, ", ")
}

// among lists those of the words that are in a set.
func among(words, set []string) string {
	var in []string
	for _, w := range words {
		if slices.Contains(set, w) {
			in = append(in, w)
		}
	}
	return strings.Join(in, ", ")
}
