package main

import (
	"path"
	"slices"
	"testing"
)

// The files of a package should depend on each other in one direction (docs/decisions/0023). Run
// this test with -count=1. Without this flag, the go command may print a cached result, because it
// does not notice changes of sources in other modules.
const (
	mostMedian = 265 // lines that the median package of a module may have
	mostBack   = 5   // percentage of a package's arrows that may point backward
)

// mayBorrow lists the structs that may embed another struct. A configuration may embed a struct,
// because for a named field, envconfig would add a prefix to the names of the environment
// variables. The type naiveStore may embed the engine's Store, because a benchmark uses naiveStore
// in place of that Store.
var mayBorrow = []string{
	"Config embeds Traces", "Config embeds Log", "Config embeds Repeats", "Config embeds Debug", "Config embeds Shutdown", "config embeds Log", "config embeds Debug", "config embeds Shutdown",
	"naiveStore embeds Store",
}

func TestRoomsAreSmallAndReadInOneDirection(t *testing.T) {
	t.Parallel()
	for _, module := range []string{".", "engine", "tools", "tools/lab"} {
		rooms, err := load(path.Join("../../..", module), []string{"./..."})
		if err != nil {
			t.Fatal(err)
		}
		var sizes []int
		for _, r := range rooms {
			if !r.forTests() && r.lines > 0 {
				sizes = append(sizes, r.lines)
			}
			for _, b := range r.borrowed {
				if !slices.Contains(mayBorrow, b) {
					t.Errorf("%s: %s: give the field a name", r.path, b)
				}
			}
			back := r.back()
			if len(back)*100 <= mostBack*len(r.arrows) {
				continue
			}
			t.Errorf("%s: %d of %d arrows between files run back up, more than %d %%", r.path, len(back), len(r.arrows), mostBack)
			for _, a := range back {
				t.Logf("%s uses %v of %s", r.files[a.from], r.arrows[a], r.files[a.to])
			}
		}
		if len(sizes) == 0 {
			t.Fatalf("%s: no package was read", module)
		}
		if have := median(sizes); have > mostMedian {
			t.Errorf("%s: the median of its %d packages has %d lines, more than %d", module, len(sizes), have, mostMedian)
		}
	}
}

func TestBackFindsTheFewestArrows(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arrows []arrow
		want   int
	}{
		"none":                            {nil, 0},
		"one direction":                   {[]arrow{{0, 1}, {1, 2}, {0, 2}}, 0},
		"a circle":                        {[]arrow{{0, 1}, {1, 2}, {2, 0}}, 1},
		"both ways":                       {[]arrow{{0, 1}, {1, 0}, {1, 2}, {2, 1}}, 2},
		"two circles that share an arrow": {[]arrow{{0, 1}, {1, 2}, {2, 0}, {1, 3}, {3, 0}}, 1},
	} {
		r := room{files: []string{"a.go", "b.go", "c.go", "d.go"}, arrows: make(map[arrow][]string)}
		for _, a := range tc.arrows {
			r.arrows[a] = []string{"name"}
		}
		if got := len(r.back()); got != tc.want {
			t.Errorf("%s: %d arrows back, want %d", name, got, tc.want)
		}
	}
}
