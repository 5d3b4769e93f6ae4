package duty

// Reason is why a person is on duty in a shift, or not. Reasons and holes can be compared with
// ==. Fields that do not belong to the code are zero.
type Reason struct {
	Who   string `json:"who"`
	Code  Code   `json:"code"`
	Days  Days   `json:"days,omitzero"`   // of the swap or the absence
	Other string `json:"other,omitempty"` // whose place they take, or who takes theirs
	Last  Day    `json:"last,omitzero"`   // the last day on which they were on duty before
}

// Code is the kind of a reason.
type Code string

// Why a person is on duty.
const (
	WhyInPlaceOf Code = "in-place-of"   // Other, by a swap
	WhySwapIn    Code = "swapped-in"    // to an open place, or one more
	WhyFixedOn   Code = "fixed-on-duty" // they were chosen when the shift was fixed
	WhyLongest   Code = "longest-ago"   // their last turn was before that of others
	WhyNever     Code = "never-on-duty" // before this shift
)

// Why a person is not on duty.
const (
	WhyReplaced  Code = "replaced"        // by Other
	WhySwapOut   Code = "swapped-out"     // and the place is open
	WhyAway      Code = "away"            // when the shift begins
	WhyAwayLater Code = "away-later"      // later in the shift
	WhyFixedOff  Code = "fixed-not"       // they were not chosen when the shift was fixed
	WhyJustWas   Code = "just-was"        // on duty in the shift before
	WhyOthers    Code = "others-longer"   // the last turn of others was before theirs
	WhyOrder     Code = "order-of-people" // they come later in Rotation.People
)

// Hole is a place of a shift that nobody fills on some days.
type Hole struct {
	Code   HoleCode `json:"code"`
	Days   Days     `json:"days"`             // the days to fill
	Who    string   `json:"who,omitempty"`    // who is missing; empty: nobody was left to choose
	Place  Days     `json:"place"`            // the days of the place
	Places int      `json:"places,omitempty"` // of HoleNobody: how many the shift has
	Away   Days     `json:"away,omitzero"`    // of HoleAway
	Until  Day      `json:"until,omitzero"`   // of HoleCalendar
	In     string   `json:"in,omitempty"`     // who could take over; empty: nobody
}

// Lasting returns the hole without what changes from day to day: how it could be filled.
func (h Hole) Lasting() Hole {
	h.Days, h.In = Days{}, ""
	return h
}

// HoleCode is the cause of a hole.
type HoleCode string

// The causes of a hole.
const (
	HoleNobody   HoleCode = "nobody-left"
	HoleSwap     HoleCode = "swapped-out" // a swap took somebody out
	HoleLeft     HoleCode = "left"        // Who is not in the rotation any more
	HoleAway     HoleCode = "away"
	HoleCalendar HoleCode = "away-by-calendar" // which has only the end of an absence
)
