package patch

import (
	"slices"
	"strings"
)

// same reports whether two lines are equal apart from the spaces that gofmt inserts for alignment.
func same(a, b string) bool { return indented(a) == indented(b) }

// indented returns a line without the spaces that gofmt inserts for alignment.
func indented(line string) string {
	words := strings.TrimLeft(line, " \t")
	return line[:len(line)-len(words)] + strings.Join(strings.Fields(words), " ")
}

func allSame(a, b []string) bool { return slices.EqualFunc(a, b, same) }

// occurrences returns the indexes at which the lines occur in the content.
func occurrences(content, lines []string) (places []int) {
	for i := 0; i+len(lines) <= len(content); i++ {
		if allSame(content[i:i+len(lines)], lines) {
			places = append(places, i)
		}
	}
	return places
}

// place returns the index of the line at which the change must be made. This is the first removed
// line. If the change removes no line, it is the line before which the new lines are added. place
// returns -1 if there is no such index, or more than one.
func (c lineChange) place(content []string) int {
	var places []int
	if len(c.removed) > 0 {
		places = occurrences(content, c.removed)
		if len(places) == 1 {
			return places[0]
		}
	} else {
		for i := 1; i <= len(content); i++ {
			places = append(places, i)
		}
	}
	fits := []func(int) bool{func(i int) bool { return c.follows(content, i, 1) && c.precedes(content, i, 1) }}
	for n := len(c.above); n > 1; n-- {
		fits = append(fits, func(i int) bool { return c.follows(content, i, n) })
	}
	for n := len(c.below); n > 0; n-- {
		fits = append(fits, func(i int) bool { return c.precedes(content, i, n) })
	}
	fits = append(fits, func(i int) bool { return c.follows(content, i, 1) })
	for n := len(c.above) - 2; n >= 0 && len(c.removed) == 0; n-- {
		fits = append(fits, func(i int) bool { return same(content[i-1], c.above[n]) })
	}
	return only(places, fits...)
}

// follows reports whether the n lines before index i equal the n lines of the patch directly above
// the change.
func (c lineChange) follows(content []string, i, n int) bool {
	return len(c.above) >= n && i >= n && allSame(content[i-n:i], c.above[len(c.above)-n:])
}

// precedes reports whether the n lines after the change at index i equal the n lines of the patch
// directly below the change.
func (c lineChange) precedes(content []string, i, n int) bool {
	i += len(c.removed)
	return len(c.below) >= n && i+n <= len(content) && allSame(content[i:i+n], c.below[:n])
}

// only tries the rules one after another. The first rule that exactly one index satisfies decides:
// this index is the result. If there is no such rule, the result is -1.
func only(places []int, rules ...func(int) bool) int {
	for _, fits := range rules {
		at, count := -1, 0
		for _, place := range places {
			if fits(place) {
				at, count = place, count+1
			}
		}
		if count == 1 {
			return at
		}
	}
	return -1
}

// lineChange is one change of a patch: the removed lines, the added lines, and the unchanged lines
// above and below.
type lineChange struct{ above, removed, added, below []string }
