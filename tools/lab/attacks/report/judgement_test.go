//go:build linux

package report_test

import (
	"testing"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/report"
	"example.com/pgcqrs/tools/lab/attacks/traffic"
	"example.com/pgcqrs/tools/lab/attacks/victim"
)

// Judge compares every measurement with its limit.
func TestJudgement(t *testing.T) {
	t.Parallel()
	of := func(count int, took time.Duration, failed int64) victim.Part {
		p := victim.Part{Failed: traffic.Tally{}}
		for range count {
			p.Took = append(p.Took, took)
		}
		if failed > 0 {
			p.Failed["503"] = failed
		}
		return p
	}
	for name, test := range map[string]struct {
		beside victim.Measured
		sent   traffic.Tally
		wrong  int
	}{
		"nothing noticed": {victim.Measured{Reads: of(1000, time.Millisecond, 0), Writes: of(1000, 249*time.Millisecond, 0)}, traffic.Tally{"200": 1}, 0},
		"some refused":    {victim.Measured{Reads: of(1000, time.Millisecond, 3), Writes: of(1000, time.Millisecond, 0)}, traffic.Tally{"200": 1}, 1},
		"both slow":       {victim.Measured{Reads: of(1000, time.Second, 0), Writes: of(1000, time.Second, 0)}, traffic.Tally{"200": 1}, 2},
		"nothing sent":    {victim.Measured{Reads: of(1000, time.Millisecond, 0), Writes: of(1000, time.Millisecond, 0)}, traffic.Tally{}, 1},
		"nobody there":    {victim.Measured{}, traffic.Tally{"200": 1}, 1},
	} {
		quiet := victim.Measured{Reads: of(100, time.Millisecond, 0), Writes: of(100, time.Millisecond, 0)}
		if wrong := (report.Row{Quiet: quiet, Beside: test.beside, Sent: test.sent}).Wrong(report.Strict); len(wrong) != test.wrong {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}
