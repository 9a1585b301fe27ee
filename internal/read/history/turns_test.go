package history

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/event"
)

// If a subject sends many concurrent reads, they wait for each other. The next free read slot goes
// to another subject.
func TestLongAccountsAreReadInTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		leave, err := turns.take(ctx, "eve")
		if err != nil {
			t.Fatal(err)
		}
		later := make(chan error, 60)
		for range 60 {
			go func() {
				_, err := turns.take(ctx, "eve") // the slot is never free
				later <- err
			}()
		}
		synctest.Wait()
		others, err := turns.take(ctx, "ada")
		if err != nil {
			t.Fatal("another subject waits for the first: ", err)
		}
		third := make(chan func(), 1)
		go func() {
			leave, err := turns.take(ctx, "bob")
			if err != nil {
				t.Error(err)
			}
			third <- leave
		}()
		synctest.Wait()
		if len(third) > 0 {
			t.Error("three read at once")
		}
		others()
		synctest.Wait()
		(<-third)()
		synctest.Wait()
		if len(later) > 0 {
			t.Error("one subject has two turns")
		}
		time.Sleep(2 * time.Minute) //nolint:forbidigo // it is the bubble's time
		for range 60 {
			if err := <-later; !errors.Is(err, event.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("whose time is up gets %v", err)
			}
		}
		leave()
		if len(turns.of) > 0 || len(turns.all) > 0 {
			t.Errorf("%d subjects and %d turns are remembered", len(turns.of), len(turns.all))
		}
	})
}
