//go:build all

package adopt_test

import (
	"strings"
	"testing"
)

// The page about decisions over two aggregates needs an aggregate that adopt has begun. With
// -short, this test only compiles the result and runs the tests that need no database.
func TestADecisionOverTwoAggregatesIsPasted(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	paste(t, dir, "go run ./cmd/adopt -new-aggregate order")
	var requests string
	for _, block := range blocksOf(t, "../../../docs/how-to/decide-over-two-aggregates.md") {
		if strings.HasPrefix(block, "API=") {
			requests = block
			continue
		}
		paste(t, dir, block)
	}
	paste(t, dir, "go vet ./... && go test ./internal/... ./cmd/api")
	if testing.Short() {
		return
	}
	said := start(t, dir).paste(t, requests)
	for _, want := range []string{`"code":"insufficient_funds"`, "HTTP/1.1 200", `"version":2`} {
		if !strings.Contains(said, want) {
			t.Errorf("the answers lack %s:\n%s", want, said)
		}
	}
}
