package arguments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const testUsage = `go run ./cmd/dev test [-db source] [-all] [-cover [-floor N]] [go test args]

Starts one PostgreSQL for the run and calls go test with the arguments. Without a
package it runs the service's tests; ./... adds those of engine/ and tools/. For example:

  go run ./cmd/dev test -race -run Deposit ./test/...

-all runs the tests of ./..., if no package is named, and those that need PgBouncer, a
browser, PostgreSQL's programs, git, bash and curl: it adds -tags all, and -timeout 30m
unless one is given. If something is missing, it says what, and how to get it, before
anything starts.

-cover, and -coverprofile, count every package of cmd, engine, internal, migrations and tools
(without tools/lab) that any test of the run reaches, without generated code: a table at the end has each, the
least covered first. What a test starts as a process of its own does not count. With
-floor N a total below N percent is a failure.

`

// argument is one argument of "go test": a package, or a flag together with its value.
type argument struct {
	words []string // the words as they were typed
	name  string   // name of the flag, without dashes; "" for a package
	value string
}

// withoutValue lists the flags of "go test" that have no value. After any other flag, the next word
// is the value of the flag, and not a package.
var withoutValue = []string{
	"a", "all", "args", "artifacts", "asan", "benchmem", "c", "cover", "failfast", "fullpath", "h", "help", "i", "json", "linkshared",
	"modcacherw", "msan", "n", "race", "short", "trimpath", "v", "work", "x",
}

// split groups the words of a command line into arguments. All words after the flag -args are
// passed to the tests.
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

// Test is the command line of "dev test": the flags of dev, and the arguments for "go test".
type Test struct {
	DB    string // local, docker or auto; "" is auto
	All   bool
	Floor float64    // lowest coverage in percent that passes; 0: any coverage passes
	rest  []argument // arguments for go test
}

// parseTest reads the flags of dev, which may be anywhere in the command line. All other words are
// arguments for "go test".
func parseTest(words []string) (test *Test, answer string, err error) {
	var f Test
	for _, a := range split(words) {
		switch a.name {
		case "all":
			f.All = true
		case "h", "help":
			answer = testUsage + databaseUsage + "TEST_DATABASE_URL, if it is set, names the server instead. One that takes fewer than 300\n" +
				"connections has fewer tests run at once, unless -p or -parallel says how many do.\n"
		case "db":
			if f.DB = a.value; f.DB == "" {
				return nil, "", Mistake("dev: -db needs local, docker or auto\n")
			}
		case "floor":
			f.Floor, err = strconv.ParseFloat(a.value, 64)
			if percentage := 0 <= f.Floor && f.Floor <= 100; err != nil || !percentage { // NaN is not a percentage
				return nil, "", Mistake(fmt.Sprintf("dev: -floor needs a percentage from 0 to 100, not %q\n", a.value))
			}
		default:
			f.rest = append(f.rest, a)
		}
	}
	if answer != "" {
		return nil, answer, nil
	}
	return &f, "", checkDatabase(f.DB)
}

// Last returns the last value that the command line contains for any of these flags, and whether it
// contains a value. "go test" also uses the last value if a flag is given several times.
func (f Test) Last(names ...string) (value string, given bool) {
	for _, a := range f.rest {
		if slices.Contains(names, a.name) {
			value, given = a.value, true
		}
	}
	return value, given
}

// Without returns a copy of the command line without these flags of "go test".
func (f Test) Without(names ...string) Test {
	f.rest = slices.DeleteFunc(slices.Clone(f.rest), func(a argument) bool { return slices.Contains(names, a.name) })
	return f
}

// With returns a copy of the command line, with these words for "go test" before the existing
// words.
func (f Test) With(words ...string) Test {
	f.rest = append(split(words), f.rest...)
	return f
}

// Packages returns the packages that the command line names, or nil if it names none.
func (f Test) Packages() (all []string) {
	for _, a := range f.rest {
		if a.name == "" {
			all = append(all, a.words...)
		}
	}
	return all
}

// On returns a copy of the command line. In the copy, the given packages replace the packages of
// the command line.
func (f Test) On(packages []string) Test {
	rest := slices.DeleteFunc(slices.Clone(f.rest), func(a argument) bool { return a.name == "" })
	end := slices.IndexFunc(rest, func(a argument) bool { return a.name == "args" })
	if end < 0 {
		end = len(rest)
	}
	for i, name := range packages {
		rest = slices.Insert(rest, end+i, argument{words: []string{name}})
	}
	f.rest = rest
	return f
}

// Words returns the words after "go test". They include the words that the flag -all adds.
func (f Test) Words() []string {
	rest := f.rest
	var ours []string
	if f.All {
		tags, _ := f.Last("tags")
		rest = f.Without("tags").rest
		ours = append(ours, "-tags="+strings.TrimPrefix(tags+",all", ","))
		if _, given := f.Last("timeout", "test.timeout"); !given {
			ours = append(ours, "-timeout=30m")
		}
	}
	for _, a := range rest {
		ours = append(ours, a.words...)
	}
	return ours
}
