package internal_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// asvs has the number of requirements of levels 1 and 2 in each section of the security standard
// ASVS 5.0.0, grouped by chapter. Within a section, the requirements of level 3 come last. The
// requirements of levels 1 and 2 therefore have the numbers from 1 on, without gaps.
var asvs = [][]int{
	{2, 9, 11, 3, 2}, {3, 3, 4, 1}, {0, 2, 4, 6, 5, 0, 2}, {3, 1, 2, 4}, {1, 3, 2, 3}, {3, 12, 4, 4, 5, 3, 0, 4},
	{3, 4, 2, 5, 2, 2}, {2, 3, 1, 1}, {3, 4}, {2, 2, 4, 11, 5, 2, 3}, {2, 3, 3, 4, 1, 1}, {3, 2, 4}, {1, 5, 2, 5},
	{2, 4, 3}, {3, 3, 7}, {1, 5, 4, 3, 3}, {1, 4, 2},
}

var (
	asvsRow     = regexp.MustCompile(`(?m)^\| ([0-9][0-9., –]*) \| [^|]+ \| \*\*([a-z ]+)\*\*(.*) \|$`)
	asvsEntry   = regexp.MustCompile(`^(\d+\.\d+)\.(\d+)(?:–(\d+\.\d+)\.(\d+))?$`)
	asvsShown   = regexp.MustCompile("\\b(?:Test|Fuzz)[A-Z]\\w+|`[^`]+`|\\]\\([^)]+\\)")
	asvsCommand = regexp.MustCompile("`make ([a-z-]+)`")
)

// The page docs/asvs.md must answer each requirement of the security standard ASVS once. If an
// answer is "fulfilled", it must name a test or a file that proves it, and every named test must
// exist. Some documents state how many requirements are fulfilled; these numbers must be right.
func TestASVS(t *testing.T) {
	t.Parallel()
	page, makefile := read(t, "../docs/asvs.md"), read(t, "../Makefile")
	seen, counts := make(map[string]int), make(map[string]int)
	for _, row := range asvsRow.FindAllStringSubmatch(page, -1) {
		numbers, state, why := requirements(t, row[1]), row[2], row[3]
		for _, number := range numbers {
			seen[number]++
		}
		counts[state] += len(numbers)
		switch state {
		case "fulfilled":
			if !asvsShown.MatchString(why) {
				t.Errorf("%s: nothing is named that shows it: %s", row[1], why)
			}
		case "not fulfilled", "not applicable":
			if len(why) < len(": yes, but") {
				t.Errorf("%s: it has no reason: %s", row[1], why)
			}
		default:
			t.Errorf("%s is %q", row[1], state)
		}
		for _, target := range asvsCommand.FindAllStringSubmatch(why, -1) {
			if !strings.Contains(makefile, "\n"+target[1]+":") {
				t.Errorf("%s names make %s, which is not there", row[1], target[1])
			}
		}
	}
	for chapter, sections := range asvs {
		for section, last := range sections {
			for number := range last {
				name := fmt.Sprintf("%d.%d.%d", chapter+1, section+1, number+1)
				if seen[name] != 1 {
					t.Errorf("%s is there %d times", name, seen[name])
				}
				delete(seen, name)
			}
		}
	}
	for name := range seen {
		t.Errorf("there is no %s of level 1 or 2", name)
	}
	told := fmt.Sprintf("%d are fulfilled, %d are not applicable, %d are not fulfilled", counts["fulfilled"], counts["not applicable"], counts["not fulfilled"])
	for _, document := range []string{page, read(t, "../docs/security.md")} {
		if !strings.Contains(strings.Join(strings.Fields(document), " "), told) { // line breaks in the document do not matter
			t.Errorf("a document does not say that %s", told)
		}
	}
	known := testFunctions(t)
	for _, name := range testsNamed(page) {
		if !known[name] {
			t.Errorf("docs/asvs.md names %s, and there is no such test", name)
		}
	}
}

// requirements returns the numbers of the requirements in one row of the table. The text
// 1.2.6–1.2.8 stands for three requirements.
func requirements(t *testing.T, text string) (numbers []string) {
	t.Helper()
	for entry := range strings.SplitSeq(text, ", ") {
		parts := asvsEntry.FindStringSubmatch(entry)
		if parts == nil || parts[3] != "" && parts[3] != parts[1] {
			t.Fatalf("%q is neither a number nor a range within one section", entry)
		}
		first, err := strconv.Atoi(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		last := first
		if parts[4] != "" {
			if last, err = strconv.Atoi(parts[4]); err != nil || last <= first {
				t.Fatalf("%q is no range", entry)
			}
		}
		for ; first <= last; first++ {
			numbers = append(numbers, fmt.Sprintf("%s.%d", parts[1], first))
		}
	}
	return numbers
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
