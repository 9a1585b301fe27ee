//go:build all && linux

package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// The attacker is this program with an argument; here this program is the test.
func TestMain(m *testing.M) {
	if generates() {
		os.Exit(generate(context.Background()))
	}
	_ = os.Setenv("UNSAFE_DATABASE", "accept") // the tests' server, for the programs
	os.Exit(m.Run())
}

// A machine that did something else during one try does not do so in each of several.
const tries = 3

// No client stops another one. The limits leave room for a machine that does other things as well:
// they find a bound that is gone, not what it costs.
func TestNoClientStopsAnother(t *testing.T) { //nolint:paralleltest // it measures
	url := testdb.New(t)
	w, err := newWorld(t.Context(), options{}.shortened(), urls{url, testdb.As(t, url, role.API), testdb.As(t, url, role.Projector)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.stop()
	for _, a := range attacks { //nolint:paralleltest // it measures
		t.Run(a.name, func(t *testing.T) {
			var wrong []string
			for range tries {
				r, err := w.suffer(t.Context(), a)
				if err != nil {
					t.Fatal(err)
				}
				t.Log(r.line())
				if wrong = r.wrong(generous); len(wrong) == 0 {
					return
				}
			}
			t.Error(strings.Join(wrong, "; "))
		})
	}
}

// The judgement is of all that was measured.
func TestJudgement(t *testing.T) {
	t.Parallel()
	of := func(count int, took time.Duration, failed int64) part {
		p := part{failed: tally{}}
		for range count {
			p.took = append(p.took, took)
		}
		if failed > 0 {
			p.failed["503"] = failed
		}
		return p
	}
	for name, test := range map[string]struct {
		beside measured
		sent   tally
		wrong  int
	}{
		"nothing noticed": {measured{of(1000, time.Millisecond, 0), of(1000, 249*time.Millisecond, 0)}, tally{"200": 1}, 0},
		"some refused":    {measured{of(1000, time.Millisecond, 3), of(1000, time.Millisecond, 0)}, tally{"200": 1}, 1},
		"both slow":       {measured{of(1000, time.Second, 0), of(1000, time.Second, 0)}, tally{"200": 1}, 2},
		"nothing sent":    {measured{of(1000, time.Millisecond, 0), of(1000, time.Millisecond, 0)}, tally{}, 1},
		"nobody there":    {measured{}, tally{"200": 1}, 1},
	} {
		quiet := measured{of(100, time.Millisecond, 0), of(100, time.Millisecond, 0)}
		if wrong := (row{quiet: quiet, beside: test.beside, sent: test.sent}).wrong(strict); len(wrong) != test.wrong {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}
