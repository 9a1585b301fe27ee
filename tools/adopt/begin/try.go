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

// sayTry prints the scopes that the routes of a page require, and how to try the routes.
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
	fmt.Fprintf(out, "The new routes require a token with the scope %s (security in api/openapi.yaml); any other token is answered 403. Start go run ./cmd/dev run in another shell, and try them:\n\n%s\n",
		strings.Join(scopes, ", or "), blocks[len(blocks)-1][1])
}
