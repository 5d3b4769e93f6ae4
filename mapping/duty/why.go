package duty

// Reason is why somebody is on duty in a shift, or not. Two can be compared with ==, and so
// can holes. What does not matter to the code is zero.
type Reason struct {
	Who   string `json:"who"`
	Code  Code   `json:"code"`
	Days  Days   `json:"days,omitzero"`   // of the swap or the absence
	Other string `json:"other,omitempty"` // in whose place they are, or who is in theirs
	Last  Day    `json:"last,omitzero"`   // until when they were on duty the last time
}

// Code is why.
type Code string

// Why somebody is on duty.
const (
	WhyInPlaceOf Code = "in-place-of"   // Other, by a swap
	WhySwapIn    Code = "swapped-in"    // for an open place, or a further one
	WhyToldOn    Code = "told-on-duty"  // they were chosen when this was told
	WhyLongest   Code = "longest-ago"   // since their last turn
	WhyNever     Code = "never-on-duty" // before
)

// Why somebody is not.
const (
	WhyReplaced  Code = "replaced"        // by Other
	WhySwapOut   Code = "swapped-out"     // for nobody
	WhyAway      Code = "away"            // when the shift begins
	WhyAwayLater Code = "away-later"      // in the shift
	WhyToldOff   Code = "told-not"        // they were not chosen when this was told
	WhyJustWas   Code = "just-was"        // on duty, until the shift begins
	WhyOthers    Code = "others-longer"   // since others had their last turn
	WhyOrder     Code = "order-of-people" // they come later in it
)

// Hole is a place of a shift that nobody fills.
type Hole struct {
	Code   HoleCode `json:"code"`
	Days   Days     `json:"days"`             // that are to be filled
	Who    string   `json:"who,omitempty"`    // who is missing; empty: nobody was there to be chosen
	Place  Days     `json:"place"`            // the days of the place
	Places int      `json:"places,omitempty"` // of HoleNobody: that the shift has
	Away   Days     `json:"away,omitzero"`    // of HoleAway
	Until  Day      `json:"until,omitzero"`   // of HoleCalendar
	In     string   `json:"in,omitempty"`     // who could take over; empty: nobody is left
}

// Lasting is the hole without what may be another from one day to the next: how it is filled.
func (h Hole) Lasting() Hole {
	h.Days, h.In = Days{}, ""
	return h
}

// HoleCode is how a hole came about.
type HoleCode string

// How one comes about.
const (
	HoleNobody   HoleCode = "nobody-left"
	HoleSwap     HoleCode = "swapped-out" // a swap took somebody out
	HoleLeft     HoleCode = "left"        // Who is in the rotation no more
	HoleAway     HoleCode = "away"
	HoleCalendar HoleCode = "away-by-calendar" // which tells the end alone
)
