package review

import (
	"slices"
	"time"
)

// Timeline is what the replay of a change gives.
type Timeline struct {
	Change Key    `json:"change"`
	Steps  []Step `json:"steps"`        // oldest first
	Now    Phase  `json:"now,omitzero"` // what the server says now, where the replay ends otherwise
}

// Step is a second in which something was said.
type Step struct {
	At     time.Time `json:"at"` // Gerrit's clock
	Events []Event   `json:"events"`
	Phase  Phase     `json:"phase"` // after it
}

// Phase is the state of a change, and since when.
type Phase struct {
	State State     `json:"state"`
	Began time.Time `json:"began,omitzero"` // when it became this one
	Since time.Time `json:"since,omitzero"` // when that was last confirmed, by a word that speaks for it
}

// NewTimeline replays a change as a policy sees it. until is now, on Gerrit's clock.
func NewTimeline(p *Policy, h *History, until time.Time) Timeline {
	t := Timeline{Change: h.Key, Steps: []Step{}}
	v := see(p, h, until.Unix(), func(v *View, first int, now int64) {
		s := Step{At: utc(now), Events: make([]Event, 0, v.next-first), Phase: v.phase()}
		for i := first; i < v.next; i++ {
			s.Events = append(s.Events, h.event(p, &h.Facts[i]))
		}
		t.Steps = append(t.Steps, s)
	})
	if now := v.phase(); len(t.Steps) == 0 || now != t.Steps[len(t.Steps)-1].Phase {
		t.Now = now
	}
	return t
}

// AsOf is what was known at some time: what was said later does not exist, and what the
// server says now was not asked.
func (t Timeline) AsOf(at time.Time) Timeline {
	n, _ := slices.BinarySearchFunc(t.Steps, at, func(s Step, at time.Time) int {
		if s.At.After(at) {
			return 1
		}
		return -1
	})
	return Timeline{Change: t.Change, Steps: t.Steps[:n:n]}
}

// Phase is the last.
func (t Timeline) Phase() Phase {
	switch {
	case t.Now != Phase{}:
		return t.Now
	case len(t.Steps) == 0:
		return Phase{}
	default:
		return t.Steps[len(t.Steps)-1].Phase
	}
}

func (v *View) phase() Phase { return Phase{State: v.State, Began: utc(v.Began), Since: utc(v.spoken)} }
