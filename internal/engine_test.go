package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// engineTests lists the folders with tests of the engine's guarantees, and the packages that these
// tests need. The program adopt turns this template into a service. The command "adopt
// -remove-sample" removes every test that uses the sample domain. The command must not remove any
// of the listed tests and packages.
var engineTests = []string{
	"engine/edge", "engine/test/pg", "engine/test/edge", "engine/test/edge/api", "engine/test/edge/projector", "engine/test/epoch", "engine/test/eventlog", "tools/lab/pooler", "engine/test/personal", "engine/test/projection", "engine/test/outbox", "engine/test/chain", "engine/test/snapshots",
	"engine/enginetest/await", "engine/enginetest/guest", "engine/enginetest/rig", "engine/enginetest/spec", "engine/enginetest/storetest", "engine/enginetest/tank", "engine/enginetest/testdb",
}

// domain matches names of the sample domain in the code of a test: its packages, events, streams
// and tables.
var domain = regexp.MustCompile(`\bevents\.(Account|Customer|Money|Catalog|DecodeEvent|Erasing)|/internal/(read|write)/\w+"` +
	`|["'](account|customer)["'.]|\b(balances|statement_lines|customers)\b|/v1/(accounts|customers)`)

var ofTest = regexp.MustCompile(`/((?:engine/|tools/)?test/\w+)"`)

// A test of the engine's guarantees must not use the sample domain. The program adopt, which turns
// this template into a service, may remove the sample domain together with all tests that use it.
func TestTheEnginesTestsDoWithoutTheSample(t *testing.T) {
	t.Parallel()
	for _, folder := range engineTests {
		if strings.HasPrefix(folder, "tools/lab/") && !isThere(folder) {
			continue // adopt has removed this folder
		}
		files, err := filepath.Glob("../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Errorf("%s has %d files: %v", folder, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			number := 0
			for line := range strings.Lines(string(source)) {
				number++
				if found := domain.FindString(line); found != "" {
					t.Errorf("%s:%d names %s: try it on engine/enginetest/tank or guest", file, number, found)
				}
				if found := ofTest.FindStringSubmatch(line); found != nil && found[1] != "test/testdb" && !slices.Contains(engineTests, found[1]) {
					t.Errorf("%s:%d needs %s, which may go with the sample", file, number, found[1])
				}
			}
		}
	}
}
