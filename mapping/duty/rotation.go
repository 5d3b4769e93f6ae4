package duty

import (
	"slices"
	"time"
)

// Rotation says who is on duty when: a few people at a time, in shifts that follow each
// other without a gap. A shift begins at midnight in the zone of the working time.
type Rotation struct {
	People   []string      // names; ties are decided in this order
	Size     int           // how many are on duty at a time
	Starts   Day           // the first day of the first shift
	Length   int           // of a shift, in days
	Notice   time.Duration // how long before its start a shift is fixed
	Absences []Absence
	Swaps    []Swap
	Time     WorkingTime
}

// Absence is when a person is away. Only working days count.
type Absence struct {
	Who  string
	Days Days
}

// Swap puts one person on duty in place of another for some days of a shift. Without Out the
// person fills an open place or, if there is none, one more. Without In the place becomes open.
type Swap struct {
	Days Days   `json:"days"`
	Out  string `json:"out,omitempty"`
	In   string `json:"in,omitempty"`
	Line int    `json:"line,omitempty"` // of the config
}

// FixedShift is a shift that came within the notice. The people who were chosen do not change
// any more.
type FixedShift struct {
	Days   Days
	People []string // as they were chosen
	Served []string // who was on duty in the end; nil: the shift is not over
}

// Question is what a plan depends on besides the rotation.
type Question struct {
	Now   time.Time
	Weeks int // how far ahead to plan; the current shift, the next and those within the notice are always planned
	Fixed []FixedShift
	Away  map[string]time.Time // who is away now by the calendar, and until when; zero: unknown
}

// Plan is who is on duty from now on.
type Plan struct {
	Today  Day     `json:"today"`
	Past   []Shift `json:"past,omitempty"`   // shifts that are over, without reasons and holes
	Shifts []Shift `json:"shifts"`           // the current one, if the first has begun, and the coming ones
	Unused []Swap  `json:"unused,omitempty"` // without effect, because Out is not on duty then, or In is already
}

// Shift is one shift of a plan.
type Shift struct {
	Days    Days      `json:"days"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`             // the start of the next one
	People  []string  `json:"people"`          // as chosen, before swaps
	Stints  []Stint   `json:"stints"`          // who is on duty on which days, with swaps and open places
	Fixed   bool      `json:"fixed,omitempty"` // it was in Question.Fixed
	Near    bool      `json:"near,omitempty"`  // it starts within the notice, or has started
	Holes   []Hole    `json:"holes,omitempty"`
	Reasons []Reason  `json:"reasons,omitempty"` // one for each person
}

// Stint is the days on which a person fills a place of a shift. Who is empty if the place is open.
type Stint struct {
	Who  string `json:"who,omitempty"`
	Days Days   `json:"days"`
}

// ShiftOn returns the dates of the shift on a date; false before the first.
func (r Rotation) ShiftOn(d Day) (Days, bool) {
	from := r.Starts + Day(floorDiv(int64(d-r.Starts), int64(r.Length))*int64(r.Length))
	return Days{from, from + Day(r.Length) - 1}, d >= r.Starts
}

// OnDuty returns who is on duty today.
func (p Plan) OnDuty() []string {
	for _, s := range p.Shifts {
		if s.Days.Has(p.Today) {
			return s.On(p.Today)
		}
	}
	return nil
}

// On returns who is on duty on a date.
func (s Shift) On(d Day) []string {
	var names []string
	for _, t := range s.Stints {
		if t.Who != "" && t.Days.Has(d) {
			names = append(names, t.Who)
		}
	}
	return names
}

// Served returns who is on duty on any day of the shift.
func (s Shift) Served() []string {
	names := []string{}
	for _, t := range s.Stints {
		if t.Who != "" && !slices.Contains(names, t.Who) {
			names = append(names, t.Who)
		}
	}
	return names
}
