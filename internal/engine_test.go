package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// engineTests lists the folders with the tests of the engine's guarantees, and the packages that
// these tests need. cmd/adopt -remove-sample removes every test that names the sample, but none of
// these.
var engineTests = []string{
	"engine/edge", "engine/test/pg", "engine/test/edge", "engine/test/edge/api", "engine/test/edge/projector", "engine/test/epoch", "engine/test/eventlog", "tools/lab/pooler", "engine/test/personal", "engine/test/projection", "engine/test/outbox", "engine/test/chain", "engine/test/snapshots",
	"engine/enginetest/await", "engine/enginetest/guest", "engine/enginetest/rig", "engine/enginetest/spec", "engine/enginetest/storetest", "engine/enginetest/tank", "engine/enginetest/testdb",
}

// domain matches the names with which a test uses a domain of internal/: its events and their
// catalog, its packages, its streams and stored events, its tables.
var domain = regexp.MustCompile(`\bevents\.(Account|Customer|Money|Catalog|DecodeEvent|Erasing)|/internal/(read|write)/\w+"` +
	`|["'](account|customer)["'.]|\b(balances|statement_lines|customers)\b|/v1/(accounts|customers)`)

var ofTest = regexp.MustCompile(`/((?:engine/|tools/)?test/\w+)"`)

// Tests of the engine's guarantees do not use the sample, because adopt may remove the sample and
// all tests that use it.
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
