//go:build all

package adopt_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	oldModule = "example.com/pg" + "cqrs"
	newModule = "github.com/acme/shop"

	// whole contains the flags of the test command that runs every test.
	whole = "-count=1"
)

// TestAGrownCloneStaysGreen turns a clone of the template into a larger service. The clone gets a
// new name, a projection, an additional migration and an aggregate. The events of this aggregate
// contain nested lines, a date and the id of another entity. The test then runs the code blocks of
// every page of docs/ in the clone. All tests of the clone must pass, and pass again after the
// sample was removed. `make lab` runs this test, but `make test-more` does not: see LAB_ALONE in
// tools/lab/lab.mk.
func TestAGrownCloneStaysGreen(t *testing.T) { //nolint:paralleltest // it runs test commands that use the whole machine
	dir := clone(t)
	orders := blocksOf(t, "testdata/orders.md")
	timed(t, dir, "git init -q -b main && git config user.name Nobody && git config user.email nobody@example.com")
	commit(t, dir, "the template")
	for _, step := range []string{
		"go run ./cmd/adopt -yes " + newModule,
		"go run ./cmd/adopt -new-aggregate order",
		strings.ReplaceAll(strings.ReplaceAll(orders[0], oldModule, newModule), newModule+"/engine", oldModule+"/engine"),
		"go run ./cmd/adopt -new-projection letters",
	} {
		timed(t, dir, step)
		commit(t, dir, "grow")
	}
	takesEveryPage(t, dir, orders[1])
	changesItsShapes(t, dir)
	timed(t, dir, "go run ./cmd/adopt -remove-sample")
	commit(t, dir, "the sample goes")
	timed(t, dir, "go vet -tags all ./... && TEST_DATABASE_URL= go run ./cmd/dev test "+whole)
}

// takesEveryPage runs code blocks on a git branch: the blocks of the tutorial, and the blocks of
// the how-to pages that need a running service. Then it sends requests to the aggregates and
// projections that these pages have added, and to the clone's aggregate for orders.
func takesEveryPage(t *testing.T, dir, orders string) {
	t.Helper()
	timed(t, dir, "git checkout -q -b pages")
	cart, tallies := pasteTutorial(t, dir)
	last := pasteHowTos(t, dir, filepath.Join(dir, "docs/how-to"))
	pastePage(t, dir, filepath.Join(dir, "docs/how-to/decide-over-two-aggregates.md")) // its requests are for an order without a date
	timed(t, dir, "go vet -tags all ./... && go test ./cmd/projector")
	service, heard := startHeard(t, dir)
	service.use(t, "cart", cart)
	service.counts(t, "tallies", "cart", tallies)
	service.answers(t, last, heard)
	said := service.paste(t, orders)
	for _, want := range []string{`"code":"order_due_in_the_past"`, `"due":"2126-12-24"`, `"article":"cup"`, `"status":"checked_out"`, "HTTP/1.1 404"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answers of orders lack %s:\n%s", want, said)
		}
	}
	commit(t, dir, "every page")
	timed(t, dir, "TEST_DATABASE_URL= go run ./cmd/dev test "+whole)
	timed(t, dir, "git checkout -q main")
}

// changesItsShapes runs, on a git branch, the code blocks of the pages that explain how to change
// the stored form of events and read models. The command adopt -page runs all code blocks of a page
// or none. When changesItsShapes runs a page a second time, adopt must refuse the page and change
// nothing.
func changesItsShapes(t *testing.T, dir string) {
	t.Helper()
	timed(t, dir, "git checkout -q -b shapes")
	for _, page := range []string{changesShapes, renamesEvent, changesProjection} {
		page = strings.TrimPrefix(page, "../../../")
		timed(t, dir, "go run ./cmd/adopt -page "+page)
		commit(t, dir, page)
		said := paste(t, dir, "if go run ./cmd/adopt -page "+page+" 2>&1; then exit 1; fi; git status --porcelain")
		if !strings.Contains(said, "nothing was changed") || strings.Contains(said, "\n M ") || strings.Contains(said, "\n??") {
			t.Errorf("%s for the second time: %s", page, said)
		}
	}
	timed(t, dir, "go vet ./... && go test ./internal/...")
	timed(t, dir, "git checkout -q main")
}

// timed runs a code block, and logs how long the block took.
func timed(t *testing.T, dir, block string) {
	t.Helper()
	began := time.Now()
	pasteWithin(t, dir, block, 4*within)
	line, _, _ := strings.Cut(block, "\n")
	t.Logf("%6.1f s  %s", time.Since(began).Seconds(), line)
}

// commit commits all files to git.
func commit(t *testing.T, dir, message string) {
	t.Helper()
	paste(t, dir, "git add -A && git commit -q --allow-empty -m '"+message+"'")
}
