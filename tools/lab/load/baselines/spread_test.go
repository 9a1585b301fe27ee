package baselines

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

func TestSpread(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		figures []float64
		want    score.Spread
	}{
		"odd":    {[]float64{9, 1, 4}, score.Spread{Median: 4, Min: 1, Max: 9}},
		"even":   {[]float64{4, 1, 2, 9}, score.Spread{Median: 3, Min: 1, Max: 9}},
		"one":    {[]float64{5}, score.Spread{Median: 5, Min: 5, Max: 5}},
		"none":   {nil, score.Spread{}},
		"sorted": {[]float64{1, 2, 3, 4, 5}, score.Spread{Median: 3, Min: 1, Max: 5}},
	} {
		if got := score.SpreadOf(tc.figures); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// In this test, the benchmark compares two programs, and the machine is slow during some rounds.
// The ratio of the two medians would be wrong: 0.1 or 10. So the benchmark must compute a ratio for
// each round, and report the median of these ratios.
func TestTheRatioIsTheMedianOfTheRounds(t *testing.T) {
	t.Parallel()
	f := score.Figures{"service": {100, 10, 50}, "no-op": {200, 20, 1000}}
	row := f.Row("", score.Goal{}, "", "service", "no-op")
	if want := (score.Spread{Median: 0.5, Min: 0.05, Max: 0.5}); row.Value != want {
		t.Errorf("got %+v, want %+v", row.Value, want)
	}
	if got := score.RatiosOf([]float64{1, 2, 3}, []float64{0, 4}); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("a round without a figure counts: %v", got)
	}
}

func TestGoals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		goal  score.Goal
		value float64
		share float64
		text  string
	}{
		{score.AtLeast(0.5), 0.25, 0.5, "≥ 0.50"},
		{score.AtMost(150), 75, 2, "≤ 150"},
		{score.Goal{}, 75, 0, ""},
	} {
		if share := tc.goal.Share(tc.value); share != tc.share || tc.goal.String() != tc.text {
			t.Errorf("%v: share %v of %v", tc.goal, share, tc.value)
		}
	}
}

func reportOf(contest, title string) *findings.Report {
	result := &measure.Result{Parts: []measure.Part{{Name: "write", PerSecond: 10, Curve: []measure.Point{{Percent: 10, Millis: 1}, {Percent: 90, Millis: 2}}}}}
	return &findings.Report{
		Rows:  []score.Row{{Contest: contest, Title: title, Value: score.Spread{Median: 0.4, Min: 0.3, Max: 0.5}, Reach: score.AtLeast(0.5), Measured: time.Unix(0, 0).UTC(), Revision: "abc"}},
		Turns: []findings.Turn{{Contest: contest, Side: "service", Round: 1, Result: result}},
	}
}

func TestAContestHeldAgainReplacesItsRows(t *testing.T) {
	t.Parallel()
	now := reportOf("reads", "new reads")
	earlier := reportOf("writes64", "old writes")
	earlier.Rows = append(earlier.Rows, reportOf("reads", "old reads").Rows...)
	Join(now, earlier)
	if len(now.Rows) != 2 || now.Rows[0].Title != "old writes" || now.Rows[1].Title != "new reads" || len(now.Turns) != 2 {
		t.Errorf("%+v", now.Rows)
	}
}

func TestTheReportGoesBetweenTheMarks(t *testing.T) {
	t.Parallel()
	r := reportOf("reads", "reads / no-op")
	for name, tc := range map[string]struct{ mark, want string }{
		"ratios":       {"measured", "| reads / no-op | **0.40** | 0.30 – 0.50 |  | `reads` |"},
		"goals":        {"measured goals", "| reads / no-op | ≥ 0.50 | **0.40** | 0.30 – 0.50 | `reads` |"},
		"no rates yet": {"measured rates", "old"},
	} {
		begins := "before\n<!-- " + tc.mark + " -->\n"
		document, err := r.Into(begins + "old\n" + findings.Ends + "\nafter\n")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := r.Into(document); err != nil || again != document {
			t.Errorf("%s: the second time it differs: %v\n%s", name, err, again)
		}
		for _, want := range []string{begins, tc.want, findings.Ends + "\nafter\n"} {
			if !strings.Contains(document, want) {
				t.Errorf("%s: no %q in\n%s", name, want, document)
			}
		}
	}
	for _, without := range []string{"no marks", "<!-- measured goals -->\nno end"} {
		if _, err := r.Into(without); err == nil {
			t.Errorf("%q was taken", without)
		}
	}
}

func TestFixedRatesAreATableOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := reportOf(findings.RatesContest, "1,000/s")
	r.Rows[0].Figures = []score.Figure{{Name: "p50", Unit: " ms", Value: score.Spread{Median: 2, Min: 1, Max: 3}}}
	if rates := r.Rates(); !strings.Contains(rates, "| asked for | p50 |\n|---|---|\n| 1,000/s | **2.00 ms** (1.00 – 3.00) |\n") {
		t.Errorf("the rates are\n%s", rates)
	}
	if ratios := r.Measured(); strings.Contains(ratios, "1,000/s") {
		t.Errorf("they are among the ratios:\n%s", ratios)
	}
}

func TestPicturesOfAReport(t *testing.T) {
	t.Parallel()
	pictures, err := Pictures(reportOf("reads", "reads / no-op"))
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
		options lab.Options
		want    int
		fails   bool
	}{
		"all but the long one": {lab.Options{}, len(contests) - 1, false},
		"all":                  {lab.Options{Big: 1}, len(contests), false},
		"two":                  {lab.Options{Only: []string{"reads", "hot"}}, 2, false},
		"one that is not":      {lab.Options{Only: []string{"reads", "sleeping"}}, 0, true},
		"the long one, empty":  {lab.Options{Only: []string{"big"}}, 0, true},
	} {
		if chosen, err := choose(tc.options); len(chosen) != tc.want || (err != nil) != tc.fails {
			t.Errorf("%s: %d chosen, %v", name, len(chosen), err)
		}
	}
}
