package clock

import (
	"slices"
	"time"
)

// Sightings remembers for each value of a growing number, such as the position of the log's last
// event, when that value was first seen. Sightings uses the process's own clock, which nobody can
// set. The zero Sightings has seen no value yet. A value of the type Sightings is not safe for
// concurrent use.
type Sightings struct{ seen []sighting }

type sighting struct {
	number int64
	at     time.Time
}

// mostSightings is the largest number of remembered sightings.
const mostSightings = 1024

// See records that the number has the given value now, and drops the sightings of higher values.
func (s *Sightings) See(number int64) {
	for len(s.seen) > 0 && s.seen[len(s.seen)-1].number > number {
		s.seen = s.seen[:len(s.seen)-1]
	}
	if len(s.seen) > 0 && s.seen[len(s.seen)-1].number == number {
		return
	}
	if len(s.seen) == mostSightings {
		s.thin()
	}
	s.seen = append(s.seen, sighting{number, time.Now()})
}

// Age returns how long ago the number was first seen at this value or a higher one. Age returns 0
// for a value that the number has not reached.
func (s *Sightings) Age(number int64) time.Duration {
	i, _ := slices.BinarySearchFunc(s.seen, number, func(e sighting, number int64) int { return int(max(-1, min(1, e.number-number))) })
	if i == len(s.seen) {
		return 0
	}
	return time.Since(s.seen[i].at)
}

// Forget drops the sightings of values that are lower than the argument, but keeps at least one
// sighting.
func (s *Sightings) Forget(below int64) {
	for len(s.seen) > 1 && s.seen[0].number < below {
		s.seen = s.seen[1:]
	}
}

// thin drops sightings until a few hundred are left. Of the older sightings, thin drops more than
// of the newer sightings. After that, Age may return a time that is a little too long, but never a
// time that is too short.
func (s *Sightings) thin() {
	now, thinner := time.Now(), make([]sighting, 0, mostSightings)
	for _, e := range s.seen {
		if last := len(thinner) - 1; last >= 0 && e.at.Sub(thinner[last].at) < now.Sub(e.at)/16 {
			thinner[last].number = e.number
			continue
		}
		thinner = append(thinner, e)
	}
	s.seen = thinner
}
