package workflow_test

import (
	"testing"
	"time"

	"example.com/pgcqrs/engine/workflow"
)

// A daily schedule follows the clocks of its place, and is due once each day.
func TestDaily(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, after string
		hour        int
		want        []string
	}{
		{"in winter", "2026-01-10T00:30:00Z", 2, []string{"2026-01-10T01:00:00Z", "2026-01-11T01:00:00Z"}},
		{"exactly then", "2026-01-10T01:00:00Z", 2, []string{"2026-01-11T01:00:00Z"}},
		{"clocks skip 02:00 to 03:00", "2026-03-28T12:00:00Z", 2, []string{"2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"}},
		{"clocks show 02:00 twice", "2026-10-24T12:00:00Z", 2, []string{"2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"}},
		{"the end of a year", "2026-12-31T10:00:00Z", 2, []string{"2027-01-01T01:00:00Z"}},
	} {
		after, err := time.Parse(time.RFC3339, test.after)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if after = workflow.Daily(test.hour, 0, berlin)(after); after.UTC().Format(time.RFC3339) != want {
				t.Errorf("%s: got %s, want %s", test.name, after.UTC().Format(time.RFC3339), want)
			}
		}
	}
}

func TestEvery(t *testing.T) {
	t.Parallel()
	next := workflow.Every(time.Hour)
	at := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	if got := next(at); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("after a full hour: %s", got)
	}
	if got := next(at.Add(time.Minute)); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("within an hour: %s", got)
	}
}
