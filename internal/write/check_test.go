package write_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write"
)

func TestEvolveThatChangesItsInputIsFound(t *testing.T) {
	t.Parallel()
	appends := func(s []line, event events.Event) []line { // where there is room behind it, it is everybody's
		if e, ok := event.(put); ok {
			return append(s, e.Lines...)
		}
		return s
	}
	sorts := func(s []line, event events.Event) []line {
		if e, ok := event.(put); ok {
			slices.SortFunc(e.Lines, func(a, b line) int { return strings.Compare(a.Article, b.Article) })
			return append(slices.Clip(s), e.Lines...)
		}
		return s
	}
	panics := func(s []line, event events.Event) []line {
		if _, ok := event.(taken); ok && len(s) == 0 {
			panic("there is nothing to take")
		}
		return evolvePure(s, event)
	}
	for name, tc := range map[string]struct {
		err  error
		says string
	}{
		"pure":                     {checked(evolvePure), ""},
		"panics where none can be": {checked(panics), ""},
		"a number":                 {checked(func(sum int, _ events.Event) int { return sum + 1 }), ""},
		"in place":                 {checked(evolveList), "changes the state that it is given, by write_test."},
		"appends":                  {checked(appends), "makes states that share a list"},
		"a pointer":                {checked(evolvePointer), "changes the state that it is given, by write_test."},
		"a map":                    {checked(evolveMap), "changes the state that it is given, by write_test."},
		"sorts the event's":        {checked(sorts), "changes the event that it is given, write_test.put"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if (tc.err == nil) != (tc.says == "") || tc.err != nil && !strings.Contains(tc.err.Error(), tc.says) {
				t.Errorf("got %v, want %q", tc.err, tc.says)
			}
		})
	}
}

func checked[S any](evolve write.Evolve[S]) error {
	h := write.NewHandler[S, any](nil, "basket", nil, evolve)
	return h.CheckEvolve([]func() events.Event{
		func() events.Event { return put{[]line{{"b", 1}, {"a", 2}}} },
		func() events.Event { return put{[]line{{"c", 1}}} },
		func() events.Event { return taken{"a"} },
		func() events.Event { return taken{"b"} },
		func() events.Event { return billed{[]line{{"a", 1}}} },
	})
}
