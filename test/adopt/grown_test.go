package adopt_test

import (
	"os"
	"strings"
	"testing"
	"time"
)

// growth is what a team does in its first week, a commit each, before the sample goes.
var growth = []string{
	"go run ./cmd/adopt -yes github.com/acme/shop",
	"go run ./cmd/adopt -new-aggregate order",
	grows,
	"go run ./cmd/adopt -new-projection letters",
}

// grows stands for the first block of testdata/orders.md.
const grows = "orders"

// TestAGrownCloneStaysGreen grows a clone: another name, an aggregate with nested lines, a
// date and a foreign id, a projection, a migration of its own. The whole test command passes
// in it, with the sample and without.
func TestAGrownCloneStaysGreen(t *testing.T) { //nolint:paralleltest // it runs a whole test command of its own
	dir := clone(t)
	renamed := strings.NewReplacer(oldModule, "github.com/acme/shop")
	orders := blocksOf(t, "testdata/orders.md")
	timed(t, dir, "git init -q")
	keep(t, dir, "the template")
	for _, step := range growth {
		if step == grows {
			step = renamed.Replace(orders[0])
		}
		timed(t, dir, step)
		keep(t, dir, "grow")
	}
	service := start(t, dir)
	said := service.paste(t, orders[1])
	for _, want := range []string{`"code":"order_due_in_the_past"`, `"due":"2126-12-24"`, `"article":"cup"`, `"status":"checked_out"`, "HTTP/1.1 404"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answers of orders lack %s:\n%s", want, said)
		}
	}
	timed(t, dir, "TEST_DATABASE_URL= go run ./cmd/dev test "+whole)

	timed(t, dir, "go run ./cmd/adopt -remove-sample")
	keep(t, dir, "the sample goes")
	timed(t, dir, "go vet ./... && TEST_DATABASE_URL= go run ./cmd/dev test "+whole)
}

// whole are the flags of the whole test command.
const whole = "-count=1 ./..."

// oldModule is what the template is called.
const oldModule = "example.com/pgcqrs"

// timed pastes a block and logs how long it took.
func timed(t *testing.T, dir, block string) {
	t.Helper()
	began := time.Now()
	paste(t, dir, block)
	line, _, _ := strings.Cut(block, "\n")
	t.Logf("%5.1f s  %s", time.Since(began).Seconds(), line)
}

// keep commits all that there is, as nobody.
func keep(t *testing.T, dir, message string) {
	t.Helper()
	for name, value := range map[string]string{"NAME": "Nobody", "EMAIL": "nobody@example.com"} {
		for _, who := range []string{"GIT_AUTHOR_", "GIT_COMMITTER_"} {
			if err := os.Setenv(who+name, value); err != nil { //nolint:usetesting // paste reads the environment
				t.Fatal(err)
			}
		}
	}
	paste(t, dir, "git add -A && git commit -qm '"+message+"'")
}
