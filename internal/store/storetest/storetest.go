// Package storetest tests whether a store keeps to the contract.
package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// Opener opens the stores that are tested.
type Opener struct {
	// Open opens a new store, which is closed once the test ends.
	Open func(testing.TB) store.Store

	// Killed opens what the next process finds once that of an open store was killed; nil: the
	// store ends with its process.
	Killed func(testing.TB, store.Store) store.Store
}

// Run runs all tests of the contract.
func Run(t *testing.T, o Opener) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, o) })
	}
}

// Benchmark runs all benchmarks.
func Benchmark(b *testing.B, o Opener) {
	b.Run("Transition", func(b *testing.B) { benchmarkTransition(b, o) })
	b.Run("SweepNothingNew", func(b *testing.B) { benchmarkSweepNothingNew(b, o) })
}

var tests = []struct {
	name string
	run  func(*testing.T, Opener)
}{
	{"Generations", TestGenerations},
	{"FailuresWaitAndAMarkLiftsThem", TestFailuresWaitAndAMarkLiftsThem},
	{"Later", TestLater},
	{"WhoListensIsTold", TestWhoListensIsTold},
	{"NothingIsBegunAfterTheEnd", TestNothingIsBegunAfterTheEnd},
	{"AsksAreThoseThatTheChangesTell", TestAsksAreThoseThatTheChangesTell},
	{"OpenChangesOfARepository", TestOpenChangesOfARepository},
	{"EachOpenChange", TestEachOpenChange},
	{"AnAskThatWasBegunCounts", TestAnAskThatWasBegunCounts},
	{"OpsThatAsked", TestOpsThatAsked},
	{"ColumnsAreBoundPerBoard", TestColumnsAreBoundPerBoard},
	{"Ops", TestOps},
	{"OpsBetween", TestOpsBetween},
	{"Pauses", TestPauses},
	{"CardsArePerBoard", TestCardsArePerBoard},
	{"HistoryGrowsByChanges", TestHistoryGrowsByChanges},
	{"HistoryBeginsWithADecision", TestHistoryBeginsWithADecision},
	{"AQueryMarksOnlyWhatIsNew", TestAQueryMarksOnlyWhatIsNew},
	{"AChangeWrittenToWhileItIsReadIsReadAgain", TestAChangeWrittenToWhileItIsReadIsReadAgain},
	{"AHintMarksWhateverWasRead", TestAHintMarksWhateverWasRead},
	{"TheWatermarkMovesWithTheRows", TestTheWatermarkMovesWithTheRows},
	{"ASweepTellsWhatItDidNotMeet", TestASweepTellsWhatItDidNotMeet},
	{"ASweepTriesWhatIsBlockedAgain", TestASweepTriesWhatIsBlockedAgain},
	{"AChangeMarksTheTasksItNamesAndNamed", TestAChangeMarksTheTasksItNamesAndNamed},
	{"APrivateOrVanishedChangeLeavesNoTrace", TestAPrivateOrVanishedChangeLeavesNoTrace},
	{"TasksOfAChange", TestTasksOfAChange},
	{"WhatLiesAheadIsPulledBack", TestWhatLiesAheadIsPulledBack},
	{"AClockThatWasSetBackMovesNoRetry", TestAClockThatWasSetBackMovesNoRetry},
	{"AChangeIsWhereItsTwinIs", TestAChangeIsWhereItsTwinIs},
	{"WhatIsWaitedForIsLookedAtNowAndThen", TestWhatIsWaitedForIsLookedAtNowAndThen},
	{"WhenAChangeWasLookedFor", TestWhenAChangeWasLookedFor},
	{"TimeEndsAWait", TestTimeEndsAWait},
	{"LinksFollowDuplicates", TestLinksFollowDuplicates},
	{"FiveHopsAreFollowed", TestFiveHopsAreFollowed},
	{"FixedShiftsStay", TestFixedShiftsStay},
	{"DutyMembers", TestDutyMembers},
	{"ALostAnswerIsRemembered", TestALostAnswerIsRemembered},
	{"TwoLostAnswers", TestTwoLostAnswers},
	{"WhatIsWrittenInOneSecondIsLookedAtTogether", TestWhatIsWrittenInOneSecondIsLookedAtTogether},
	{"EditsCountOncePerRequest", TestEditsCountOncePerRequest},
	{"HeldEdits", TestHeldEdits},
	{"ReleaseAndDrop", TestReleaseAndDrop},
	{"OpsHaveTheirEffects", TestOpsHaveTheirEffects},
	{"OpsAndTheirNotesAreOne", TestOpsAndTheirNotesAreOne},
	{"PruneOpsKeepsWhatIsPendingOrNew", TestPruneOpsKeepsWhatIsPendingOrNew},
	{"WhatWasSaidIsKeptWithTheEndOfItsOp", TestWhatWasSaidIsKeptWithTheEndOfItsOp},
	{"CommentsBeginWhenTheyAreWanted", TestCommentsBeginWhenTheyAreWanted},
	{"Scopes", TestScopes},
	{"Followed", TestFollowed},
	{"WhatWasWrittenIsThereAfterReopening", TestWhatWasWrittenIsThereAfterReopening},
	{"KilledInTheMiddleOfAMove", TestKilledInTheMiddleOfAMove},
	{"ManyAtOnce", TestManyAtOnce},
	{"ABeat", TestABeat},
}

// again is what the next process finds of a store.
func (o Opener) again(t *testing.T, s store.Store) store.Store {
	t.Helper()
	if o.Killed == nil {
		t.Skip("this store ends with its process")
	}
	return o.Killed(t, s)
}

var (
	monday = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)
	core   = review.Key{Project: "mediawiki/core", Number: 12}
	skin   = review.Key{Project: "mediawiki/skins/Vector", Number: 7}
)

// must fails the test on an error of a call that has no other result.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get is the result of a call that must not fail.
func get[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
