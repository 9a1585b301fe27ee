package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/pg/clock"
)

func TestSightings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s clock.Sightings
		age := func(number int64, want time.Duration) {
			t.Helper()
			if got := s.Age(number); got != want {
				t.Errorf("age of %d: got %s, want %s", number, got, want)
			}
		}
		age(1, 0)
		s.See(10)
		time.Sleep(time.Minute) //nolint:forbidigo // synctest fakes the clock
		s.See(10)
		s.See(20)
		time.Sleep(time.Minute) //nolint:forbidigo // synctest fakes the clock
		age(1, 2*time.Minute)
		age(10, 2*time.Minute)
		age(11, time.Minute)
		age(21, 0)
		s.Forget(11)
		age(11, time.Minute)
		age(10, time.Minute) // Forget has dropped the sighting of 10
		s.See(15)            // the log went back
		age(15, 0)
		age(16, 0)
		for number := int64(16); number < 10_000; number++ {
			time.Sleep(time.Second) //nolint:forbidigo // synctest fakes the clock
			s.See(number)
		}
		for number := int64(16); number < 10_000; number += 100 {
			want := time.Duration(9_999-number) * time.Second
			if got := s.Age(number); got < want || got > want*5/4+time.Second {
				t.Errorf("age of %d: got %s, want %s or little more", number, got, want)
			}
		}
		age(9_999, 0)
	})
}
