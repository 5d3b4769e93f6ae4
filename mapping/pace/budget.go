package pace

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit names a budget, by its key in the config.
type Limit string

// The limits, in the order in which they are checked.
const (
	OfChange   Limit = "change"
	OfPerson   Limit = "person"
	OfBoard    Limit = "board"
	OfServer   Limit = "server"
	OfDeployed Limit = "deployed"
)

// Limits lists them.
func Limits() []Limit { return []Limit{OfChange, OfPerson, OfBoard, OfServer, OfDeployed} }

// Budget is how many edits may be made in some time.
type Budget struct {
	Edits int
	In    time.Duration
}

// Budgets are those that are in force.
type Budgets map[Limit]Budget

// Default are the budgets of a config that has the key pace and does not set them. In 500 public reviews, the most moves in ten
// minutes were 5 of one change, 7 of one person and 14 of a board with a column for each state (see
// TestSettleStudy); a review at speed made nine of one change. Without budgets, one change with 120
// footers had 100 tasks edited in 19 seconds, and a script that voted on everything had 2,000 cards
// moved in some minutes. A change is linked to at most twenty tasks, so a word on one moves half of
// its cards at once, and the rest within ten minutes. One deployment moved 300 cards.
func Default() Budgets {
	const window = 10 * time.Minute
	return Budgets{
		OfChange: {10, window}, OfPerson: {30, window}, OfBoard: {50, window}, OfServer: {200, window}, OfDeployed: {500, window},
	}
}

// Longest is the longest time that a budget can have.
const Longest = 24 * time.Hour

// Window is the longest time of these budgets: edits that were made before do not matter.
func (b Budgets) Window() time.Duration {
	var window time.Duration
	for _, budget := range b {
		window = max(window, budget.In)
	}
	return window
}

// ParseBudget reads "50/10m".
func ParseBudget(text string) (Budget, error) {
	edits, in, slash := strings.Cut(text, "/")
	n, err := strconv.Atoi(edits)
	switch {
	case err != nil:
		return Budget{}, fmt.Errorf("%q is no budget; write edits and a time, such as 50/10m", text)
	case n < 1:
		return Budget{}, fmt.Errorf("%q allows no edit; write at least 1, such as 50/10m", text)
	case !slash:
		return Budget{}, fmt.Errorf("%q has no time; write %d/10m for that many edits in ten minutes", text, n)
	}
	if _, err := strconv.ParseFloat(in, 64); err == nil {
		return Budget{}, fmt.Errorf("%q has no unit; write %d/%sm for minutes, or use s or h", text, n, in)
	}
	span, err := time.ParseDuration(in)
	switch {
	case err != nil:
		return Budget{}, fmt.Errorf("%q has no time that can be read; write it such as %d/10m", text, n)
	case span < time.Second || span > Longest:
		return Budget{}, fmt.Errorf("%q has a time that is not between 1s and 24h; write it such as %d/10m", text, n)
	}
	return Budget{n, span}, nil
}

func (b Budget) String() string {
	in := b.In.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(in, zero) {
			in = in[:len(in)-2]
		}
	}
	return fmt.Sprintf("%d/%s", b.Edits, in)
}

// slow is how many edits are made beyond the budget, and in which time: a tenth of the budget in a
// tenth of its time, or the same rate one by one.
func (b Budget) slow() (edits int, in time.Duration) {
	edits = max(1, b.Edits/10)
	return edits, time.Duration(int64(b.In) * int64(edits) / int64(b.Edits))
}
