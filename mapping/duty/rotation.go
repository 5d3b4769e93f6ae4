package duty

import (
	"slices"
	"time"
)

// Rotation says who is on duty when: a few people at a time, in shifts that follow each
// other without a gap. A shift begins at midnight in the zone of the working time.
type Rotation struct {
	People   []string // by name, in the order in which ties are decided
	Size     int      // how many are on duty at a time
	Starts   Day      // of the first shift
	Length   int      // of a shift in days
	Notice   time.Duration
	Absences []Absence
	Swaps    []Swap
	Time     WorkingTime
}

// Absence is when somebody is away. On days on which nobody works it does not matter.
type Absence struct {
	Who  string
	Days Days
}

// Swap puts one person on duty in place of another for some days of one shift. Without
// Out the person fills an open place, or a further one; without In the place is open.
type Swap struct {
	Days Days   `json:"days"`
	Out  string `json:"out,omitempty"`
	In   string `json:"in,omitempty"`
	Line int    `json:"line,omitempty"` // of the config
}

// FixedShift is a shift as it was when it came within the notice. Whom it chose does not
// change any more.
type FixedShift struct {
	Days   Days
	People []string // as they were chosen
	Served []string // who was on duty in the end; nil: it is not over yet
}

// Question is what a plan depends on besides the rotation itself.
type Question struct {
	Now   time.Time
	Weeks int // how far ahead; the running shift, the next one and those within the notice are always in the plan
	Fixed []FixedShift
	Away  map[string]time.Time // who is away now by their calendar, and until when
}

// Plan is who is on duty from now on.
type Plan struct {
	Today  Day     `json:"today"`
	Past   []Shift `json:"past,omitempty"`   // those that are over, without their reasons and holes
	Shifts []Shift `json:"shifts"`           // the running one, if the first has begun, and those that come
	Unused []Swap  `json:"unused,omitempty"` // those that do nothing, because Out is not on duty then, or In is anyway
}

// Shift is one shift of a plan.
type Shift struct {
	Days    Days      `json:"days"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`             // the next one's start
	People  []string  `json:"people"`          // as they were chosen
	Stints  []Stint   `json:"stints"`          // who is on duty on which days, swaps and open places included
	Fixed   bool      `json:"fixed,omitempty"` // it was among the fixed ones
	Near    bool      `json:"near,omitempty"`  // it starts within the notice, or has started: people rely on it
	Holes   []Hole    `json:"holes,omitempty"`
	Reasons []Reason  `json:"reasons,omitempty"` // of each person
}

// Stint is the days on which somebody fills a place of a shift; Who is empty for an open one.
type Stint struct {
	Who  string `json:"who,omitempty"`
	Days Days   `json:"days"`
}

// ShiftOn is the dates of the shift that a date falls into; false before the first.
func (r Rotation) ShiftOn(d Day) (Days, bool) {
	from := r.Starts + Day(floorDiv(int64(d-r.Starts), int64(r.Length))*int64(r.Length))
	return Days{from, from + Day(r.Length) - 1}, d >= r.Starts
}

// OnDuty lists who is on duty today.
func (p Plan) OnDuty() []string {
	for _, s := range p.Shifts {
		if s.Days.Has(p.Today) {
			return s.On(p.Today)
		}
	}
	return nil
}

// On lists who is on duty on a date.
func (s Shift) On(d Day) []string {
	var names []string
	for _, t := range s.Stints {
		if t.Who != "" && t.Days.Has(d) {
			names = append(names, t.Who)
		}
	}
	return names
}

// Served lists who is on duty on any day of the shift.
func (s Shift) Served() []string {
	names := []string{}
	for _, t := range s.Stints {
		if t.Who != "" && !slices.Contains(names, t.Who) {
			names = append(names, t.Who)
		}
	}
	return names
}
