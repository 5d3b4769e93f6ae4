package tell

import (
	"cmp"
	"fmt"
	"strings"

	"reviewsync/mapping/duty"
)

// OnDuty says why somebody is on duty in a shift, or not.
func OnDuty(r duty.Reason) string { return r.Who + ": " + onDuty(&r) }

func onDuty(r *duty.Reason) string {
	switch r.Code {
	case duty.WhyInPlaceOf:
		return fmt.Sprintf("on duty %s in place of %s", r.Days, r.Other)
	case duty.WhySwapIn:
		return fmt.Sprintf("on duty %s by a swap", r.Days)
	case duty.WhyFixedOn:
		return "on duty, as announced before"
	case duty.WhyLongest:
		return "on duty, last was until " + r.Last.Short()
	case duty.WhyNever:
		return "on duty, never was before"
	case duty.WhyReplaced:
		return fmt.Sprintf("%s is on duty instead %s", r.Other, r.Days)
	case duty.WhySwapOut:
		return fmt.Sprintf("taken out %s", r.Days)
	case duty.WhyAway:
		return "away until " + r.Days.To.Short()
	case duty.WhyAwayLater:
		return "away " + r.Days.String()
	case duty.WhyFixedOff:
		return "was not chosen when this was announced"
	case duty.WhyJustWas:
		return "was on duty last"
	case duty.WhyOthers:
		return "was on duty until " + r.Last.Short() + ", others longer ago"
	case duty.WhyOrder:
		return "comes later in the order of people"
	}
	return ""
}

// Hole describes a hole in a shift, and how to fill it.
func Hole(s duty.Shift, h duty.Hole) string { return hole(&h) + "; " + fill(s, &h) }

func hole(h *duty.Hole) string {
	switch h.Code {
	case duty.HoleNobody:
		which := fmt.Sprintf("one of %d places", h.Places)
		if h.Places == 1 {
			which = "the only place"
		}
		return fmt.Sprintf("%s is open %s: nobody is left for it", which, h.Place)
	case duty.HoleSwap:
		return fmt.Sprintf("one place is open %s: a swap took somebody out", h.Place)
	case duty.HoleLeft:
		return fmt.Sprintf("%s, on duty %s, is not in the rotation any more", h.Who, h.Place)
	case duty.HoleCalendar:
		return fmt.Sprintf("%s, on duty %s, is away until %s by the calendar", h.Who, h.Place, h.Until.Short())
	case duty.HoleAway:
		return fmt.Sprintf("%s, on duty %s, is away %s", h.Who, h.Place, h.Away)
	}
	return ""
}

// fill is the line of the config that fills a hole.
func fill(s duty.Shift, h *duty.Hole) string {
	parts := []string{"from: " + h.Days.From.String()}
	if h.Days.To < s.Days.To {
		parts = append(parts, "to: "+h.Days.To.String())
	}
	if h.Who != "" {
		parts = append(parts, "out: "+h.Who)
	}
	parts = append(parts, "in: "+cmp.Or(h.In, "NAME"))
	return fmt.Sprintf("write who takes over under rotation.swaps: {%s}", strings.Join(parts, ", "))
}

// UnusedSwap says why a swap does nothing.
func UnusedSwap(w duty.Swap) string {
	switch {
	case w.Out == "":
		return fmt.Sprintf("%s is on duty %s anyway", w.In, w.Days)
	case w.In == "":
		return fmt.Sprintf("%s is not on duty %s", w.Out, w.Days)
	default:
		return fmt.Sprintf("%s is not on duty %s, or %s is anyway", w.Out, w.Days, w.In)
	}
}

// FixedShift says who is on duty in a shift that no longer changes.
func FixedShift(s duty.Shift) string {
	return fmt.Sprintf("on duty %s: %s; people who join or leave no longer change that", s.Days, strings.Join(s.Served(), ", "))
}
