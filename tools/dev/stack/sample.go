package stack

import (
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/environment"
)

// tried returns commands that the developer can paste into a shell. If the API requires no token,
// the commands contain no token.
func (s *stack) tried() string {
	const opened = `  Write:  curl -i {api}/v1/accounts{ada} -H 'Content-Type: application/json' -d '{"owner":"Lovelace Ltd","currency":"EUR"}'
  Read:   curl -i {api}/v1/accounts{ada}
`
	if s.issuerURL == "" {
		return strings.ReplaceAll(opened, "{ada}", "")
	}
	seed := "go run ./cmd/dev seed"
	if usual, err := datadir.KeptDir(gotool.Root()); err != nil || usual != s.dir {
		seed += " -data " + environment.Quoted(s.dir)
	}
	return "  Tokens: ADA=$(curl -s {issuer}/tokens/ada) BOB=$(curl -s {issuer}/tokens/bob)\n" +
		strings.ReplaceAll(opened, "{ada}", ` -H "Authorization: Bearer $ADA"`) +
		`          curl -i {api}/v1/accounts -H "Authorization: Bearer $BOB"     # Bob does not see it
  Fill:   ` + seed + `   # accounts, transfers, and what an operator repairs
`
}
