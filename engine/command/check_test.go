package command_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

func TestEvolveThatChangesItsInputIsFound(t *testing.T) {
	t.Parallel()
	appends := func(s []line, happened event.Event) []line { // if the list's array has spare capacity, append writes into this array, which several states share
		if e, ok := happened.(put); ok {
			return append(s, e.Lines...)
		}
		return s
	}
	sorts := func(s []line, happened event.Event) []line {
		if e, ok := happened.(put); ok {
			slices.SortFunc(e.Lines, func(a, b line) int { return strings.Compare(a.Article, b.Article) })
			return append(slices.Clip(s), e.Lines...)
		}
		return s
	}
	panics := func(s []line, happened event.Event) []line {
		if _, ok := happened.(taken); ok && len(s) == 0 {
			panic("there is nothing to take")
		}
		return evolvePure(s, happened)
	}
	for name, tc := range map[string]struct {
		err  error
		says string
	}{
		"pure":                     {checked(evolvePure), ""},
		"panics where none can be": {checked(panics), ""},
		"a number":                 {checked(func(sum int, _ event.Event) int { return sum + 1 }), ""},
		"in place":                 {checked(evolveList), "changes the state that it is given, by command_test."},
		"appends":                  {checked(appends), "makes states that share a list"},
		"a pointer":                {checked(evolvePointer), "changes the state that it is given, by command_test."},
		"a map":                    {checked(evolveMap), "changes the state that it is given, by command_test."},
		"sorts the event's":        {checked(sorts), "changes the event that it is given, command_test.put"},
		"many, pure":               {checkedOnMany(evolvePure), ""},
		"many, appends":            {checkedOnMany(appendsNew), "makes states that share a list"},
		"many, the last three":     {checkedOnMany(keepsThree), "changes the state that it is given, by command_test.put"},
		"many, the first of five":  {checkedOnMany(overwritesFrom(5)), "changes the state that it is given, by command_test.put"},
		"many, the first of ten":   {checkedOnMany(overwritesFrom(10)), "changes the state that it is given, by command_test.put"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if (tc.err == nil) != (tc.says == "") || tc.err != nil && !strings.Contains(tc.err.Error(), tc.says) {
				t.Errorf("got %v, want %q", tc.err, tc.says)
			}
		})
	}
}

func checked[S any](evolve command.Evolve[S]) error {
	h := command.NewHandler[S, any](nil, "basket", nil, evolve)
	return h.CheckEvolve([]func() event.Event{
		func() event.Event { return put{[]line{{"b", 1}, {"a", 2}}} },
		func() event.Event { return put{[]line{{"c", 1}}} },
		func() event.Event { return taken{"a"} },
		func() event.Event { return taken{"b"} },
		func() event.Event { return billed{[]line{{"a", 1}}} },
	})
}

// checkedOnMany runs CheckEvolve with events about many articles, so that the list in the state can
// grow long. Two of three events make the list shorter.
func checkedOnMany[S any](evolve command.Evolve[S]) error {
	var all []func() event.Event
	for _, letter := range "abcdefghijklmnop" {
		article := string(letter)
		all = append(all,
			func() event.Event { return put{[]line{{article, 1}}} },
			func() event.Event { return taken{article} },
			func() event.Event { return billed{[]line{{article, 1}}} },
		)
	}
	return command.NewHandler[S, any](nil, "basket", nil, evolve).CheckEvolve(all)
}

// appendsNew returns the state after an event, as every Evolve function does. It changes the given
// state in place only if the event adds a new article.
func appendsNew(s []line, happened event.Event) []line {
	if e, ok := happened.(put); ok && indexOf(s, e.Lines[0].Article) < 0 {
		return append(s, e.Lines[0])
	}
	return evolvePure(s, happened)
}

// keepsThree returns the state after an event, as every Evolve function does. It changes the given
// state in place only if the event adds a fourth article.
func keepsThree(s []line, happened event.Event) []line {
	if e, ok := happened.(put); ok && len(s) >= 3 && indexOf(s, e.Lines[0].Article) < 0 {
		copy(s, s[1:])
		s[2] = e.Lines[0]
		return s
	}
	return evolvePure(s, happened)
}

// overwritesFrom returns an Evolve function. The function changes the given state in place only if
// the state has at least the given number of articles.
func overwritesFrom(articles int) command.Evolve[[]line] {
	return func(s []line, happened event.Event) []line {
		if e, ok := happened.(put); ok && len(s) >= articles {
			s[0] = line{e.Lines[0].Article, s[0].Quantity + 1}
			return s
		}
		return evolvePure(s, happened)
	}
}
