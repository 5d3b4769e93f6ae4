package config

import "reviewsync/mapping/pace"

// pace reads the budgets of edits. Those that are not named stay as they are.
func (r *reader) pace(v value, into pace.Budgets) {
	budget := func(limit pace.Limit) func(v value) {
		return func(v value) {
			text, ok := v.text()
			if !ok {
				return
			}
			b, err := pace.ParseBudget(text)
			if err != nil {
				v.wrong("%v", err)
				return
			}
			into[limit] = b
		}
	}
	v.fields([]field{
		{name: "change", read: budget(pace.OfChange)},
		{name: "person", read: budget(pace.OfPerson)},
		{name: "board", read: budget(pace.OfBoard)},
		{name: "server", read: budget(pace.OfServer)},
		{name: "deployed", read: budget(pace.OfDeployed)},
	})
}
