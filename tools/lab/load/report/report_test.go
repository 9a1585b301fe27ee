package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/report"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]string{
		0: "0", 0.0123: "0.012", 0.256: "0.26", 2.5: "2.50", 12.34: "12.3", 123.4: "123", 1234567: "1,234,567", 100_000: "100,000", 999.6: "1,000",
	} {
		if got := report.Number(n); got != want {
			t.Errorf("%v is written %s, want %s", n, got, want)
		}
	}
}

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	got := report.Align([][]string{{"", "p50"}, {"write → read", "1"}, {"x", "12.3"}})
	want := "                  p50\n  write → read      1\n  x              12.3\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func result() *measure.Result {
	return &measure.Result{
		Name: "mixed", Rate: 500, Clients: 1024, Seconds: 10,
		Parts: []measure.Part{
			{
				Name: `write <&">`, Count: 900, Failed: 100, PerSecond: 90, Latency: measure.Latency{P50: 1.5, P99: 12.5}, Failing: &measure.Latency{P50: 0.5},
				Errors: map[string]int64{"503 overloaded": 60, "timeout": 40}, Timeline: []float64{80, 90, 100, 20},
				Curve: []measure.Point{{Percent: 0, Millis: 0.4}, {Percent: 50, Millis: 1.5}, {Percent: 99, Millis: 12.5}},
			},
			{Name: "nothing"},
		},
		Schedule: &measure.Schedule{Late: measure.Latency{P50: 0.06}, Waited: 7, Unsent: 11},
	}
}

func TestTableSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	table := report.Table(result())
	for _, want := range []string{"open loop, 500/s", "12.5", ": 503 overloaded", "60", "timeout", "0.060 ms late", "7 began late", "11 were due and never sent"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

// If an SVG picture is not well-formed, a browser does not show it.
func TestPicturesAreWellFormed(t *testing.T) {
	t.Parallel()
	empty := &measure.Result{Name: "empty"}
	short := &measure.Result{Parts: []measure.Part{{Name: "short", Timeline: []float64{5}, Curve: []measure.Point{{Percent: 20, Millis: 1}}}}}
	for name, runs := range map[string][]*measure.Result{
		"one": {result()}, "many": {result(), result(), result(), result()}, "empty": {empty}, "none": nil, "short": {short},
	} {
		picture, err := report.Curves("A < B", "today", report.Lines(runs))
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, name, picture)
	}
	bars, err := report.Bars("A < B", "today", []report.Bar{{Name: "a & b", Value: "1", Goal: "≥ 2", Share: 0.5, From: 0.4, To: 9}})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, "bars", bars)
}

func wellFormed(t *testing.T, name, picture string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(picture))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, picture)
		}
	}
	for _, wrong := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(picture, wrong) {
			t.Errorf("%s: %s in\n%s", name, wrong, picture)
		}
	}
}
