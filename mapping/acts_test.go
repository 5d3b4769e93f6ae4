package mapping_test

import (
	"cmp"
	"slices"
	"time"

	"reviewsync/internal/scenario"
	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

type act = func(s *stage, w scenario.Words)

// acts are what comes of the acts that internal/scenario names.
var acts = map[string]act{
	// on Gerrit
	"push": func(s *stage, w scenario.Words) {
		tasks, _ := w.Tasks()
		s.world.gerrit.Push(s.clock, w.Number("change"), w["who"], w.Repository(), tasks, w["wip"] != "")
	},
	"upload":          uploads("REWORK"),
	"upload the same": uploads("NO_CHANGE"),
	"rebase":          uploads("TRIVIAL_REBASE"),
	"reword":          uploads("NO_CODE_CHANGE"),
	"vote":            votes,
	"withdraw the vote": func(s *stage, w scenario.Words) {
		c := s.change(w)
		c.Review(s.clock, w["who"], "", c.Current(), "Code-Review", 0, "")
	},
	"remove a vote": func(s *stage, w scenario.Words) { s.change(w).Unvote(s.clock, w["who"], w["name"]) },
	"say": func(s *stage, w scenario.Words) {
		c := s.change(w)
		c.Review(s.clock, w["who"], "", c.Current(), "", 0, w["text"])
	},
	"begin a thread":          func(s *stage, w scenario.Words) { s.change(w).Comment(s.clock, w["who"], nil, true, w["text"]) },
	"remark":                  func(s *stage, w scenario.Words) { s.change(w).Comment(s.clock, w["who"], nil, false, w["text"]) },
	"reply":                   replies(true),
	"resolve":                 replies(false),
	"set to work in progress": func(s *stage, w scenario.Words) { s.change(w).SetWIP(s.clock, w["who"], true, true) },
	"mark ready":              func(s *stage, w scenario.Words) { s.change(w).SetWIP(s.clock, w["who"], false, true) },
	"start the review":        func(s *stage, w scenario.Words) { s.change(w).StartReview(s.clock, w["who"], w["text"]) },
	"abandon":                 func(s *stage, w scenario.Words) { s.change(w).Close(s.clock, w["who"], review.StatusAbandoned) },
	"restore":                 func(s *stage, w scenario.Words) { s.change(w).Restore(s.clock, w["who"]) },
	"cut a branch":            func(s *stage, w scenario.Words) { s.world.gerrit.Cut(w["branch"], w.Repository()) },
	"pick": func(s *stage, w scenario.Words) {
		tasks, said := w.Tasks()
		if c := s.change(w); !said {
			tasks = c.Tasks()
		}
		s.world.gerrit.Pick(s.clock, w["who"], s.change(w), w["branch"], w.Number("number"), tasks)
	},
	"revert": func(s *stage, w scenario.Words) {
		s.world.gerrit.Revert(s.clock, w["who"], s.change(w), w.Number("number"))
	},
	"push a revert": func(s *stage, w scenario.Words) {
		tasks, _ := w.Tasks()
		s.world.gerrit.PushRevert(s.clock, w["who"], s.change(w), w.Number("number"), tasks)
	},
	"merge":             func(s *stage, w scenario.Words) { s.change(w).Close(s.clock, w["who"], review.StatusMerged) },
	"add a reviewer":    func(s *stage, w scenario.Words) { s.change(w).AddReviewer(s.clock, w["who"], w["name"]) },
	"remove a reviewer": func(s *stage, w scenario.Words) { s.change(w).RemoveReviewer(s.clock, w["who"], w["name"]) },
	"take off turn":     func(s *stage, w scenario.Words) { s.change(w).Unturn(s.clock, w["name"]) },
	"put on turn":       func(s *stage, w scenario.Words) { s.change(w).Turn(s.clock, w["name"]) },
	"add a hashtag":     func(s *stage, w scenario.Words) { s.change(w).Hashtag(s.clock, w["who"], w["hashtag"], true) },
	"remove a hashtag":  func(s *stage, w scenario.Words) { s.change(w).Hashtag(s.clock, w["who"], w["hashtag"], false) },
	// on the boards
	"add to the board": cards(CardAdded),
	"move":             cards(CardMoved),
	"reorder": func(s *stage, w scenario.Words) {
		s.world.event(s.card(w), Event{Kind: CardMoved, At: s.clock, By: w["who"], Person: true, Column: s.card(w).Column.ID})
	},
	"take off the board": cards(CardRemoved),
	"put into a milestone": func(s *stage, w scenario.Words) {
		s.card(w).Within = w["text"] // which takes the tag of the board itself off
		cards(CardRemoved)(s, w)
	},
	"take out of the milestone": func(s *stage, w scenario.Words) {
		s.card(w).Within, s.card(w).Modified = "", s.clock
	},
	"close": func(s *stage, w scenario.Words) { s.status(w, cmp.Or(w["status"], "resolved")) },
	"merge tasks": func(s *stage, w scenario.Words) {
		s.world.merged = append(s.world.merged, merge{w.Number("task"), w.Number("into"), s.clock})
		s.status(w, "duplicate")
	},
	"reopen": func(s *stage, w scenario.Words) {
		s.status(w, "open")
		cards(TaskReopened)(s, w)
	},
	"reopen in place": func(s *stage, w scenario.Words) {
		w["edit"] = "the edit of " + s.clock.String()
		cards(CardMoved)(s, w)
		w["column"] = ""
		s.status(w, "open")
		cards(TaskReopened)(s, w)
	},
	"tag":   cards(TaskTagged),
	"untag": cards(TaskUntagged),
	"edit": func(s *stage, w scenario.Words) {
		for _, board := range s.world.worlds {
			board.card(s.card(w).Task).Modified = s.clock
		}
	},
	"hide a column": func(s *stage, w scenario.Words) { s.hide(w["column"], true) },
	"show a column": func(s *stage, w scenario.Words) { s.hide(w["column"], false) },
	// around the service
	scenario.Stops:  func(s *stage, _ scenario.Words) { s.away = true },
	scenario.Starts: func(s *stage, _ scenario.Words) { s.away = false },
	"lose the store": func(s *stage, _ scenario.Words) {
		for _, board := range s.world.worlds {
			board.born = s.clock
			for _, c := range board.cards {
				c.Settled = Settlement{}
			}
		}
	},
	"join the team": func(s *stage, w scenario.Words) {
		s.world.board.Team = append([]string{w["name"]}, s.world.board.Team...)
	},
	"leave the team": func(s *stage, w scenario.Words) {
		s.world.board.Team = slices.DeleteFunc(slices.Clone(s.world.board.Team), func(m string) bool { return m == w["name"] })
	},
	"require votes": func(s *stage, w scenario.Words) { s.world.board.Review.Required = w.Number("value") },
	"heed a label":  func(s *stage, w scenario.Words) { s.world.board.Review.Labels[w.Label()] = review.Voters(w["voters"]) },
	"add a rule": func(s *stage, _ scenario.Words) {
		s.world.board.Rules = append(s.world.board.Rules, ruleOf(s.line.Rule))
	},
	"be away":               func(s *stage, w scenario.Words) { s.world.away[w["name"]] = s.clock.AddDate(0, 0, w.Number("away")) },
	"remove the duty board": func(s *stage, _ scenario.Words) { s.world.worlds = s.world.worlds[:1] },
	"let days pass":         func(*stage, scenario.Words) {}, // the clock says so
	"do nothing":            func(*stage, scenario.Words) {},
}

func (s *stage) hide(column string, hidden bool) {
	c := s.world.columns[column]
	c.Hidden = hidden
	s.world.columns[column] = c
}

func (s *stage) change(w scenario.Words) *reviewtest.Change {
	c := s.world.gerrit.Changes[w.Number("change")]
	if c == nil {
		s.stop("there is no change %s yet", w["change"])
	}
	return c
}

func (s *stage) card(w scenario.Words) *cardModel {
	return s.on(w["board"]).card(w.Number("task"))
}

func uploads(kind string) act {
	return func(s *stage, w scenario.Words) {
		c := s.change(w)
		given := map[string]int{}
		if w["value"] != "" {
			given[w.Label()] = w.Number("value")
		}
		tasks, said := w.Tasks()
		if !said {
			tasks = c.Tasks()
		}
		c.Upload(s.clock, w["who"], kind, tasks, given)
	}
}

func votes(s *stage, w scenario.Words) {
	c, tag := s.change(w), ""
	if scenario.IsBot(w["who"]) || w["tool"] != "" {
		tag = "autogenerated:ci-test"
	}
	c.Review(s.clock, w["who"], tag, cmp.Or(w.Number("set"), c.Current()), w.Label(), w.Number("value"), w["text"])
}

func replies(unresolved bool) act {
	return func(s *stage, w scenario.Words) {
		c := s.change(w)
		last := c.LastComment(w["name"])
		if last == nil {
			s.stop("%s began no thread there", w["name"])
		}
		c.Comment(s.clock, w["who"], last, unresolved, cmp.Or(w["text"], "Done"))
	}
}

func (s *stage) status(w scenario.Words, status string) {
	for _, board := range s.world.worlds {
		c := board.card(s.card(w).Task)
		c.was = Was{Status: c.Status, Closed: c.Closed}
		c.Closed, c.Status = status != "open", status
	}
	cards(StatusSet)(s, w)
}

func cards(kind EventKind) act {
	return func(s *stage, w scenario.Words) {
		e := Event{Kind: kind, At: s.clock, By: w["who"], Edit: w["edit"], Tag: w["tag"], Person: !scenario.IsBot(w["who"])}
		if w["column"] != "" {
			column, known := s.on(w["board"]).columns[w["column"]]
			if !known {
				s.stop("the board has no column %q", w["column"])
			}
			e.Column = column.ID
		}
		s.on(w["board"]).event(s.card(w), e)
	}
}

// at is a time of the first Monday, for tests that play no scenario.
func at(hour, minute, second int) time.Time {
	return firstMonday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}
