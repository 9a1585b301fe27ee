package retry

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The pause doubles after each try, up to Most, and is Least again after a try that makes progress.
// Repeat returns nil when ctx ends. If the function failed returns an error, Repeat returns that
// error.
func TestTriesAreRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		interrupted, over := errors.New("interrupted"), errors.New("over")
		began, number := time.Now(), 0
		var at, told []time.Duration
		err := Backoff{Least: time.Second, Most: 4 * time.Second}.Repeat(t.Context(), func(context.Context) (bool, error) {
			at = append(at, time.Since(began))
			number++
			return number == 5, interrupted
		}, func(err error, retryIn time.Duration) error {
			if !errors.Is(err, interrupted) {
				t.Errorf("told of %v", err)
			}
			told = append(told, retryIn)
			if number == 7 {
				return over
			}
			return nil
		})
		const s = time.Second
		if want := []time.Duration{0, s, 3 * s, 7 * s, 11 * s, 12 * s, 14 * s}; !errors.Is(err, over) || !slices.Equal(at, want) {
			t.Errorf("got %v, and tries at %v, want them at %v", err, at, want)
		}
		if want := []time.Duration{s, 2 * s, 4 * s, 4 * s, s, 2 * s, 4 * s}; !slices.Equal(told, want) {
			t.Errorf("told of pauses of %v, want %v", told, want)
		}
	})
}

func TestTriesEndWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		err := Backoff{Least: time.Hour, Most: time.Hour}.Repeat(ctx, func(context.Context) (bool, error) { return false, nil },
			func(error, time.Duration) error { stop(); return nil })
		if err != nil {
			t.Errorf("ended in a pause: %v", err)
		}
		err = Backoff{}.Repeat(ctx, func(context.Context) (bool, error) { t.Error("tried"); return false, nil }, nil)
		if err != nil {
			t.Errorf("ended before: %v", err)
		}
	})
}
