package workflow_test

import (
	_ "embed"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine's zones may be older, or absent

	"example.com/pgcqrs/engine/workflow"
)

// A daily schedule is due once for each date, and never early. If the clocks of the zone show the
// time of day twice, the schedule is due the first time. If the clocks skip the time of day, the
// schedule is due later, by as much as the clocks skip. The test looks at all zones of the tz
// database, around each change of their clocks from 2005 to 2029.
func TestDailyInAllZones(t *testing.T) {
	t.Parallel()
	for i, name := range strings.Fields(zoneNames) {
		if testing.Short() && i%10 != 0 {
			continue
		}
		place, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, clock := range [][2]int{{0, 0}, {0, 30}, {2, 0}, {2, 30}, {3, 15}, {23, 30}} {
			d := daily{t, name, place, clock[0], clock[1], workflow.Daily(clock[0], clock[1], place)}
			d.around(time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC))
			end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			for _, change := d.zoneAt(time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)); !change.IsZero() && change.Before(end); _, change = d.zoneAt(change) {
				d.around(change)
			}
		}
	}
}

// daily is a daily schedule in a zone.
type daily struct {
	t            *testing.T
	zone         string
	place        *time.Location
	hour, minute int
	next         func(after time.Time) time.Time
}

// zoneAt returns how far the clocks are ahead of UTC at a time, and when this changes.
func (d daily) zoneAt(at time.Time) (ahead time.Duration, change time.Time) {
	_, seconds := at.In(d.place).Zone()
	_, change = at.In(d.place).ZoneBounds()
	return time.Duration(seconds) * time.Second, change
}

// around checks the times of some dates before and after a change of the clocks.
func (d daily) around(change time.Time) {
	d.t.Helper()
	at := d.next(change.AddDate(0, 0, -4))
	year, month, day := at.In(d.place).Date()
	for i := range 8 {
		wall := time.Date(year, month, day+i, d.hour, d.minute, 0, 0, time.UTC)
		if want := d.want(wall); !at.Equal(want) {
			d.t.Fatalf("%s: got %s for the clock time %s, want %s", d.zone, at.In(d.place), wall.Format("2006-01-02 15:04"), want.In(d.place))
		}
		if again := d.next(at.Add(-1)); !again.Equal(at) {
			d.t.Fatalf("%s: a nanosecond before %s, the next time is %s", d.zone, at.In(d.place), again.In(d.place))
		}
		next := d.next(at)
		if !next.After(at) {
			d.t.Fatalf("%s: %s follows on %s", d.zone, next, at)
		}
		if d.want(wall.AddDate(0, 0, 1)).After(at) { // not so if clocks skip a date
			at = next
		}
	}
}

// want returns the first time at which the clocks show a date and a time of day. If the clocks skip
// this time of day, want returns the time at which they would have shown it without the change.
// want looks at every change of the clocks from three days before the date on.
func (d daily) want(wall time.Time) time.Time {
	from := wall.AddDate(0, 0, -3)
	ahead, change := d.zoneAt(from)
	for {
		at := wall.Add(-ahead) // if the clocks did not change
		if change.IsZero() || at.Before(change) {
			return at
		}
		was := ahead
		from = change
		if ahead, change = d.zoneAt(change); wall.Before(from.Add(ahead)) && !wall.Before(from.Add(was)) {
			return wall.Add(-was) // skipped
		}
	}
}

// zoneNames has the names in Go's lib/time/zoneinfo.zip, one for each zone: other names of the same
// zone are left out.
//
//go:embed testdata/zones.txt
var zoneNames string
