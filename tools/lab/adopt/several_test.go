//go:build all

package adopt_test

import (
	"strings"
	"testing"
)

// The page about decisions over two aggregates needs a second aggregate, which the command adopt
// -new-aggregate adds. With -short, this test only compiles the result and runs the tests that need
// no database.
func TestADecisionOverTwoAggregatesIsPasted(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	paste(t, dir, "go run ./cmd/adopt -new-aggregate order")
	requests := pastePage(t, dir, "../../../docs/how-to/decide-over-two-aggregates.md")
	paste(t, dir, "go vet ./... && go test ./internal/... ./cmd/api")
	if testing.Short() {
		return
	}
	says(t, start(t, dir).paste(t, requests), `"code":"insufficient_funds"`, "HTTP/1.1 200", `"version":2`)
}

// The page about unique values adds an aggregate with a personal value, and a boundary with a value
// that is not personal. With -short, this test only compiles the result and runs the tests that
// need no database.
func TestAUniqueValueIsPasted(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	requests := pastePage(t, dir, "../../../docs/how-to/a-unique-value.md")
	paste(t, dir, "go vet ./... && go test ./internal/... ./cmd/api")
	if testing.Short() {
		return
	}
	paste(t, dir, "go run ./cmd/dev test ./test/privacy ./migrations")
	said := start(t, dir).paste(t, requests)
	says(t, said, `"code":"email_taken"`, `"code":"room_number_taken"`)
	if answers := strings.Count(said, "HTTP/1.1 200"); answers != 6 {
		t.Errorf("%d commands succeed, not 6:\n%s", answers, said)
	}
}

// pastePage runs the code blocks of a page in a copy of the template, except blocks that use a
// running service. pastePage returns these blocks as one block.
func pastePage(t *testing.T, dir, page string) (requests string) {
	t.Helper()
	for _, block := range blocksOf(t, page) {
		if strings.HasPrefix(block, "API=") {
			requests += block
			continue
		}
		paste(t, dir, block)
	}
	return requests
}

// says checks that answers of a service contain the expected texts.
func says(t *testing.T, answers string, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(answers, text) {
			t.Errorf("the answers lack %s:\n%s", text, answers)
		}
	}
}
