// Package duty says when people work, and who of them is on duty.
//
//	Day, Days    dates of the calendar, in no zone          day.go
//	WorkingTime  on which days and between which hours      workingtime.go
//	Rotation     people, shifts, absences, swaps            rotation.go
//	  Plan       who is on duty from now on                 plan.go
//	  Reason     why; and a Hole of a shift, as values      why.go
//
// Like package mapping it is pure: no input or output, no clock, no context. It knows
// nothing of cards and changes. Its sentences are in package tell.
package duty
