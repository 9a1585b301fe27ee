package main

import "strings"

// same compares two lines but for the blanks that gofmt lines them up with.
func same(a, b string) bool { return indented(a) == indented(b) }

// indented returns a line without what gofmt lines up within it.
func indented(line string) string {
	words := strings.TrimLeft(line, " \t")
	return line[:len(line)-len(words)] + strings.Join(strings.Fields(words), " ")
}

// occurrences returns where in the content the lines stand.
func occurrences(content, lines []string) (places []int) {
	for i := 0; i+len(lines) <= len(content); i++ {
		found := true
		for j, line := range lines {
			found = found && same(content[i+j], line)
		}
		if found {
			places = append(places, i)
		}
	}
	return places
}

// place returns the index of the line before which the change belongs, or of the first line
// that goes; -1 if there is no such place, or more than one.
func (c lineChange) place(content []string) int {
	beside := func(i int) bool { return c.follows(content, i) && c.precedes(content, i+len(c.removed)) }
	above := func(i int) bool { return c.precedes(content, i+len(c.removed)) }
	if len(c.removed) > 0 {
		going := occurrences(content, c.removed)
		if len(going) == 1 {
			return going[0]
		}
		return only(going, beside, func(i int) bool { return c.follows(content, i) }, above)
	}
	everywhere := make([]int, 0, len(content))
	for i := 1; i < len(content); i++ {
		everywhere = append(everywhere, i)
	}
	fits := []func(int) bool{beside, above}
	for n := len(c.above) - 1; n >= 0; n-- {
		fits = append(fits, func(i int) bool { return same(content[i-1], c.above[n]) })
	}
	return only(everywhere, fits...)
}

// follows reports whether the line before i is the nearest one above the change.
func (c lineChange) follows(content []string, i int) bool {
	return len(c.above) == 0 || i > 0 && same(content[i-1], c.above[len(c.above)-1])
}

// precedes reports whether line i is the nearest one below the change.
func (c lineChange) precedes(content []string, i int) bool {
	return len(c.below) > 0 && i < len(content) && same(content[i], c.below[0])
}

// only returns the one place that fits by the first rule that exactly one place fits by.
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
