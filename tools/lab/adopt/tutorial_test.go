//go:build all

// Package adopt_test turns copies of this repository into services, as teams will, and uses these
// services. The tests follow the tutorial (docs/replace-the-sample.md) and run cmd/adopt.
package adopt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	document       = "docs/replace-the-sample.md"
	addsProjection = "docs/how-to/add-a-projection.md"

	runs = "go run ./cmd/dev run" // the block that runs until it is interrupted
)

var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestTheTutorialWorks runs the code blocks of the tutorial in a copy of the template. The test
// renames the copy first, as the tutorial says, so that the pages in the copy contain the new name.
// With -short, the test only applies the pages and compiles the copy. TestAGrownCloneStaysGreen
// runs the service.
func TestTheTutorialWorks(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	paste(t, dir, "go run ./cmd/adopt -yes github.com/acme/orders")
	cart, tallies := pasteTutorial(t, dir)
	if testing.Short() {
		paste(t, dir, "go vet ./...")
		return
	}
	service := start(t, dir)
	service.use(t, "cart", cart)
	service.counts(t, "tallies", "cart", tallies)
}

// pasteTutorial runs the code blocks of two pages in a copy of the template: the tutorial, and the
// how-to page that adds a projection. For each page, pasteTutorial returns the code block that uses
// a running service.
func pasteTutorial(t *testing.T, dir string) (cart, tallies string) {
	t.Helper()
	tutorial, howTo := blocks(t, dir), blocksOf(t, filepath.Join(dir, addsProjection))
	for _, block := range slices.Concat(tutorial[:len(tutorial)-2], howTo[:len(howTo)-1]) {
		paste(t, dir, block)
	}
	return tutorial[len(tutorial)-1], howTo[len(howTo)-1]
}

// blocks returns the code blocks of the tutorial. The second to last block starts the service, and
// the last block uses it.
func blocks(t *testing.T, dir string) (blocks []string) {
	t.Helper()
	blocks = blocksOf(t, filepath.Join(dir, document))
	if len(blocks) < 7 || strings.TrimSpace(blocks[len(blocks)-2]) != runs {
		t.Fatalf("the tutorial has %d blocks, of which the last but one does not run the service", len(blocks))
	}
	return blocks
}

// blocksOf returns the code blocks that a page tells its reader to paste into a shell.
func blocksOf(t *testing.T, page string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range shell.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

// counts checks the projection that a how-to page adds. The projection counts the events of each
// type. The test has added an item to the tutorial's aggregate once, so the projection must have
// counted one event item_added.
func (s *service) counts(t *testing.T, projection, aggregate, block string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		said := s.paste(t, block, "/tallies", "/"+projection)
		if strings.Contains(said, `{"type":"`+aggregate+`.item_added","times":1,`) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it says %s", said)
		}
	}
}

// use sends the tutorial's requests about shopping carts to an aggregate with the same code but
// another name.
func (s *service) use(t *testing.T, name, block string) {
	t.Helper()
	said := s.paste(t, block, "/carts/", "/"+name+"s/", "0000000000ca", fmt.Sprintf("0000000000%x", name[:1]))
	for _, want := range []string{"HTTP/1.1 200", "HTTP/1.1 422", `"code":"` + name + `_full"`, `"items":{"tea":2}`, `"status":"checked_out"`, "HTTP/1.1 404"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answers of %ss lack %s:\n%s", name, want, said)
		}
	}
}
