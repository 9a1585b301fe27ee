package baselines

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
)

func TestSpread(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		figures []float64
		want    Spread
	}{
		"odd":    {[]float64{9, 1, 4}, Spread{4, 1, 9}},
		"even":   {[]float64{4, 1, 2, 9}, Spread{3, 1, 9}},
		"one":    {[]float64{5}, Spread{5, 5, 5}},
		"none":   {nil, Spread{}},
		"sorted": {[]float64{1, 2, 3, 4, 5}, Spread{3, 1, 5}},
	} {
		if got := spreadOf(tc.figures); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// A slow round slows both sides: the ratio of the medians would be 0.1, or 10.
func TestTheRatioIsTheMedianOfTheRounds(t *testing.T) {
	t.Parallel()
	f := figures{"service": {100, 10, 50}, "no-op": {200, 20, 1000}}
	row := f.row("", Goal{}, "", "service", "no-op")
	if want := (Spread{0.5, 0.05, 0.5}); row.Value != want {
		t.Errorf("got %+v, want %+v", row.Value, want)
	}
	if got := ratiosOf([]float64{1, 2, 3}, []float64{0, 4}); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("a round without a figure counts: %v", got)
	}
}

func TestGoals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		goal  Goal
		value float64
		share float64
		text  string
	}{
		{atLeast(0.5), 0.25, 0.5, "≥ 0.50"},
		{atMost(150), 75, 2, "≤ 150"},
		{Goal{}, 75, 0, ""},
	} {
		if share := tc.goal.share(tc.value); share != tc.share || tc.goal.String() != tc.text {
			t.Errorf("%v: share %v of %v", tc.goal, share, tc.value)
		}
	}
}

func reportOf(contest, title string) *Report {
	result := &drive.Result{Parts: []drive.Part{{Name: "write", PerSecond: 10, Curve: []drive.Point{{Percent: 10, Millis: 1}, {Percent: 90, Millis: 2}}}}}
	return &Report{
		Rows:  []Row{{Contest: contest, Title: title, Value: Spread{0.4, 0.3, 0.5}, Reach: atLeast(0.5), Measured: time.Unix(0, 0).UTC(), Revision: "abc"}},
		Turns: []Turn{{Contest: contest, Side: "service", Round: 1, Result: result}},
	}
}

func TestAContestHeldAgainReplacesItsRows(t *testing.T) {
	t.Parallel()
	now := reportOf("reads", "new reads")
	earlier := reportOf("writes64", "old writes")
	earlier.Rows = append(earlier.Rows, reportOf("reads", "old reads").Rows...)
	now.Join(earlier)
	if len(now.Rows) != 2 || now.Rows[0].Title != "old writes" || now.Rows[1].Title != "new reads" || len(now.Turns) != 2 {
		t.Errorf("%+v", now.Rows)
	}
}

func TestTheReportGoesBetweenTheMarkers(t *testing.T) {
	t.Parallel()
	r := reportOf("reads", "reads / no-op")
	document, err := r.Into("before\n" + begins + "old\n" + ends + "\nafter\n")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Into(document); err != nil || again != document {
		t.Errorf("the second time it differs: %v\n%s", err, again)
	}
	for _, want := range []string{"before\n" + begins, "| reads / no-op | ≥ 0.50 | **0.40** | 0.30 – 0.50 |", ends + "\nafter\n"} {
		if !strings.Contains(document, want) {
			t.Errorf("no %q in\n%s", want, document)
		}
	}
	if _, err := r.Into("no markers"); err == nil {
		t.Error("a document without markers was taken")
	}
}

func TestPicturesOfAReport(t *testing.T) {
	t.Parallel()
	pictures, err := reportOf("reads", "reads / no-op").Pictures()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(pictures["ratios.svg"], "reads / no-op") || !strings.Contains(pictures["reads.svg"], "service") || len(pictures) != 2 {
		t.Errorf("%v", pictures)
	}
}

func TestChoosingContests(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options Options
		want    int
		fails   bool
	}{
		"all but the long one": {Options{}, len(contests) - 1, false},
		"all":                  {Options{Big: 1}, len(contests), false},
		"two":                  {Options{Only: []string{"reads", "hot"}}, 2, false},
		"one that is not":      {Options{Only: []string{"reads", "sleeping"}}, 0, true},
		"the long one, empty":  {Options{Only: []string{"big"}}, 0, true},
	} {
		if chosen, err := choose(tc.options); len(chosen) != tc.want || (err != nil) != tc.fails {
			t.Errorf("%s: %d chosen, %v", name, len(chosen), err)
		}
	}
}
