package config

import (
	"strconv"

	"reviewsync/mapping/pace"
)

// pace reads the budgets of edits. Those that are not named have their default.
func (r *reader) pace(v value) pace.Budgets {
	budgets := pace.Default()
	budget := func(limit pace.Limit) func(v value) {
		return func(v value) {
			text, ok := v.text()
			if !ok {
				return
			}
			if _, err := strconv.Atoi(text); err == nil && limit == pace.OfChange {
				text += "/10m" // a number alone is short for that
			}
			b, err := pace.ParseBudget(text)
			if err != nil {
				v.wrong("%v", err)
				return
			}
			budgets[limit] = b
		}
	}
	v.fields([]field{
		{name: "change", read: budget(pace.OfChange)},
		{name: "person", read: budget(pace.OfPerson)},
		{name: "board", read: budget(pace.OfBoard)},
		{name: "server", read: budget(pace.OfServer)},
		{name: "deployed", read: budget(pace.OfDeployed)},
	})
	return budgets
}
