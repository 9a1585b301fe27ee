// Package repair prints the commands that repair a database, if a server is not ready because of
// its database.
package repair

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/ready"
)

// asked matches the text by which a program requests a repair, in its log or in its last error. If
// the database was used with another issuer of tokens, the log names two commands for a repair.
// Then asked matches the safe command, which never makes one person's data visible to another
// person.
var asked = regexp.MustCompile(`run migrate ([a-z]+-[a-z]+|issuer -other [^\s,]+)`)

// Run contains the facts about a run of the command dev that the instructions for a repair mention.
type Run struct {
	Args      []string // command-line arguments of dev
	Given     bool     // the developer named the database
	Forgotten []string // environment variables of the shell that would select a database other than dev's
	File      string   // path of the file with the environment of cmd/migrate
}

// WriteFile writes the environment of cmd/migrate to a file, for a repair while dev's own database
// runs. If the developer names the database, WriteFile writes nothing.
func (r Run) WriteFile(databaseURL, keyURI string) error {
	if r.Given {
		return nil
	}
	file, _ := environment.Lines(map[string]string{"DATABASE_URL": databaseURL, "KEY_URI": keyURI}, r.Forgotten)
	_ = os.Remove(r.File) // other users may be able to read an old file
	if err := os.WriteFile(r.File, []byte(file), 0o600); err != nil {
		return fmt.Errorf("write the environment of migrate: %w", err)
	}
	return nil
}

// Say adds instructions to the error of a server that is not ready or that requests a repair. The
// repair needs the database, but the database ends with this run of dev. So the instructions say
// how to start the database for the repair.
func (r Run) Say(name string, err error) error {
	verb := asked.FindStringSubmatch(err.Error())
	if _, stuck := errors.AsType[ready.TimedOut](err); !stuck && verb == nil {
		return err
	}
	words := make([]string, 0, len(r.Args))
	for _, arg := range r.Args {
		words = append(words, environment.Quoted(arg))
	}
	up := "go run ./cmd/dev " + strings.Join(words, " ") + " -without " + name
	if verb == nil {
		return fmt.Errorf("%w\n\nEverything stops now. Start without %s to keep the rest running while you look for the reason:\n\n  %s", err, name, up)
	}
	if r.Given {
		return fmt.Errorf("%w\n\nTo repair the database, with DATABASE_URL unchanged, run this command, and then start dev again:\n\n  go run ./cmd/migrate %s", err, verb[1])
	}
	return fmt.Errorf("%w\n\nEverything stops now. To repair the database, first start everything except %s, so that the database runs:\n\n  %s\n\n"+
		"When that is ready, run this in another shell in this folder:\n\n  (set -a; . %s; go run ./cmd/migrate %s)\n\nThen end the first command with Ctrl-C, and start dev as before",
		err, name, up, environment.Quoted(r.File), verb[1])
}
