package observe

import (
	"fmt"
	"testing"
	"time"
)

// The service counts the answers with the code not_found for each subject, and the gauge shows the
// highest of these counts. The gauge shows a count for at most two minutes.
func TestGuessesAreCountedByTheMinute(t *testing.T) {
	t.Parallel()
	g := newGuesses()
	now := g.began
	expect := func(want int) {
		t.Helper()
		if got := g.mostOfOne(now); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	for n := range 20 {
		g.count(fmt.Sprint("somebody ", n), now)
	}
	expect(1)
	for range 7 {
		g.count("eve", now)
	}
	expect(7)
	now = now.Add(time.Minute)
	expect(7)
	g.count("eve", now)
	expect(7)
	now = now.Add(time.Minute)
	expect(1)
	now = now.Add(2 * time.Minute)
	expect(0)
}
