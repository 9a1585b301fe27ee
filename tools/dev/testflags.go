package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// argument is one of go test's: a package, or a flag with its value.
type argument struct {
	words []string // as they were typed
	name  string   // of the flag, without dashes; "" for a package
	value string
}

// withoutValue are the flags that stand alone. After any other flag the next word is
// its value, and no package.
var withoutValue = []string{
	"a", "all", "args", "artifacts", "asan", "benchmem", "c", "cover", "failfast", "fullpath", "h", "help", "i", "json", "linkshared",
	"modcacherw", "msan", "n", "race", "short", "trimpath", "v", "work", "x",
}

// split groups the words of a command line. Everything from -args on belongs to the tests.
func split(words []string) (all []argument) {
	for len(words) > 0 {
		name, value, joined := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(words[0], "-"), "-"), "=")
		length := 1
		switch {
		case !strings.HasPrefix(words[0], "-"):
			name = ""
		case name == "args":
			length = len(words)
		case !joined && !slices.Contains(withoutValue, name) && len(words) > 1:
			length, value = 2, words[1]
		}
		all = append(all, argument{words: words[:length], name: name, value: value})
		words = words[length:]
	}
	return all
}

// testFlags is a command line of dev test: its own flags, and the arguments of go test.
type testFlags struct {
	db    string
	all   bool
	help  bool
	floor float64    // least coverage in percent; 0: any
	rest  []argument // go test's
}

// parseTest takes our own flags, wherever they stand, and leaves the rest to go test.
func parseTest(words []string) (f testFlags, err error) {
	for _, a := range split(words) {
		switch a.name {
		case "all":
			f.all = true
		case "h", "help":
			f.help = true
		case "db":
			if f.db = a.value; f.db == "" {
				return f, usageError("dev: -db needs local, docker or auto\n")
			}
		case "floor":
			if f.floor, err = strconv.ParseFloat(a.value, 64); err != nil || f.floor < 0 || f.floor > 100 {
				return f, usageError(fmt.Sprintf("dev: -floor needs a percentage, not %q\n", a.value))
			}
		default:
			f.rest = append(f.rest, a)
		}
	}
	return f, nil
}

// last returns the last value of one of these flags, as go test would take it.
func (f testFlags) last(names ...string) (value string, given bool) {
	for _, a := range f.rest {
		if slices.Contains(names, a.name) {
			value, given = a.value, true
		}
	}
	return value, given
}

// without returns the arguments that are none of these flags.
func (f testFlags) without(names ...string) []argument {
	return slices.DeleteFunc(slices.Clone(f.rest), func(a argument) bool { return slices.Contains(names, a.name) })
}

// packages returns what was named to be tested, nothing if nothing was.
func (f testFlags) packages() (all []string) {
	for _, a := range f.rest {
		if a.name == "" {
			all = append(all, a.words...)
		}
	}
	return all
}

// words returns what follows "go test": with ./... if no package is named, and what
// -all adds.
func (f testFlags) words() []string {
	rest := f.rest
	var ours []string
	if f.all {
		tags, _ := f.last("tags")
		rest = f.without("tags")
		ours = append(ours, "-tags="+strings.TrimPrefix(tags+",all", ","))
		if _, given := f.last("timeout", "test.timeout"); !given {
			ours = append(ours, "-timeout=30m")
		}
	}
	if len(f.packages()) == 0 {
		end := slices.IndexFunc(rest, func(a argument) bool { return a.name == "args" })
		if end < 0 {
			end = len(rest)
		}
		rest = slices.Insert(slices.Clone(rest), end, argument{words: []string{"./..."}})
	}
	for _, a := range rest {
		ours = append(ours, a.words...)
	}
	return ours
}

// leavesOut says whether tests that need -all are among those that were meant.
func (f testFlags) leavesOut() bool {
	tags, _ := f.last("tags")
	if f.all || slices.Contains(strings.Split(tags, ","), "all") {
		return false
	}
	meant := func(name string) bool {
		return strings.Contains(name, "...") || slices.ContainsFunc(needs(false), func(n need) bool {
			return slices.ContainsFunc(n.folders, func(folder string) bool { return strings.Contains(name, folder) })
		})
	}
	return len(f.packages()) == 0 || slices.ContainsFunc(f.packages(), meant)
}
