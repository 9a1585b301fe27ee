package begin

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/paste"
)

var asksFor = regexp.MustCompile(`security: \[\{oidc: \[(\S+)\]\}\]`)

// sayTry says which scopes the routes of a page ask for, and how the page tries them.
func sayTry(page string, out io.Writer) {
	var scopes []string
	for _, found := range asksFor.FindAllStringSubmatch(page, -1) {
		if !slices.Contains(scopes, found[1]) {
			scopes = append(scopes, found[1])
		}
	}
	blocks := paste.Block.FindAllStringSubmatch(page, -1)
	if len(scopes) == 0 || len(blocks) == 0 {
		return
	}
	fmt.Fprintf(out, "Its routes ask for a token with the scope %s (security in api/openapi.yaml); any other is answered 403. While go run ./cmd/dev run runs in another shell, try it:\n\n%s\n",
		strings.Join(scopes, ", or "), blocks[len(blocks)-1][1])
}
