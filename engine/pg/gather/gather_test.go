package gather_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/pg/gather"
)

// asked imitates a database. asked answers queries after the channel gate is closed, and records
// the keys of each query.
type asked struct {
	gate    chan struct{}
	queries [][]string
	err     error
}

func (a *asked) ask(_ context.Context, keys []string) (map[string]string, error) {
	number := len(a.queries)
	a.queries = append(a.queries, slices.Clone(keys))
	<-a.gate
	answers := make(map[string]string)
	for _, key := range keys {
		answers[key] = fmt.Sprint(key, " in query ", number)
	}
	return answers, a.err
}

func get(t *testing.T, g *gather.Gather[string, string], key string) <-chan string {
	t.Helper()
	said := make(chan string, 1)
	go func() {
		value, err := g.Get(t.Context(), key)
		if err != nil {
			value = err.Error()
		}
		said <- value
	}()
	synctest.Wait()
	return said
}

// A question that arrives while queries run is answered by the next query. A query that began
// before the question never answers it, because the result of that query may be older than what the
// caller has seen.
func TestQuestionsShareAQuery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &asked{gate: make(chan struct{})}
		g := gather.New(a.ask)
		first, second := get(t, g, "a"), get(t, g, "b")
		again, other, twice := get(t, g, "a"), get(t, g, "c"), get(t, g, "c")
		close(a.gate)
		got := []string{<-first, <-second, <-again, <-other, <-twice}
		want := []string{"a in query 0", "b in query 1", "a in query 2", "c in query 2", "c in query 2"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if want := []string{"a", "c", "c"}; len(a.queries) != 3 || !slices.Equal(a.queries[2], want) {
			t.Errorf("asked %q, want the third to be %q", a.queries, want)
		}
	})
}

func TestFailedQueryIsEverybodysWhoSharedIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &asked{gate: make(chan struct{}), err: errors.New("away")}
		close(a.gate)
		g := gather.New(a.ask)
		if said := <-get(t, g, "a"); said != "away" {
			t.Errorf("got %q", said)
		}
		a.err = nil
		if said := <-get(t, g, "a"); said != "a in query 1" {
			t.Errorf("got %q, want it asked anew", said)
		}
	})
}

func TestGivingUpAQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &asked{gate: make(chan struct{})}
		g := gather.New(a.ask)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := g.Get(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		close(a.gate)
		synctest.Wait()
	})
}
