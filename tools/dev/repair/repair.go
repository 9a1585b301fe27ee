// Package repair says which commands repair a database that keeps a server from being ready.
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

// asked is how a program's log, or the error that it ends with, asks for a repair. Of another issuer
// than the database's it is the answer that hands nobody's data to another.
var asked = regexp.MustCompile(`run migrate ([a-z]+-[a-z]+|issuer -other [^\s,]+)`)

// Run is what a repair has to know of a run of dev.
type Run struct {
	Args      []string // what dev was called with
	Given     bool     // the database is the developer's own
	Forgotten []string // variables of the shell that would lead away from a database of ours
	File      string   // for the environment that cmd/migrate runs with
}

// WriteFile writes the environment that cmd/migrate runs with, for who repairs something
// while a database of ours is up. One that was given is not ours to write down.
func (r Run) WriteFile(databaseURL, keyURI string) error {
	if r.Given {
		return nil
	}
	file, _ := environment.Lines(map[string]string{"DATABASE_URL": databaseURL, "KEY_URI": keyURI}, r.Forgotten)
	_ = os.Remove(r.File) // an older one may be readable by others
	if err := os.WriteFile(r.File, []byte(file), 0o600); err != nil {
		return fmt.Errorf("write the environment of migrate: %w", err)
	}
	return nil
}

// Say adds to the error of a server that is not ready, or that asks for a repair, what to do: the database ends
// with this run, and what repairs it needs it up.
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
		return fmt.Errorf("%w\n\nEverything ends now. Without %s it stays up, so that you can look for the reason:\n\n  %s", err, name, up)
	}
	if r.Given {
		return fmt.Errorf("%w\n\nTo repair it, with DATABASE_URL as it is, paste this, and start again:\n\n  go run ./cmd/migrate %s", err, verb[1])
	}
	return fmt.Errorf("%w\n\nEverything ends now. To repair it, start all but %s, which keeps the database up:\n\n  %s\n\n"+
		"and, as soon as that is ready, in another shell in this folder:\n\n  (set -a; . %s; go run ./cmd/migrate %s)\n\nThen end the first with Ctrl-C and start as before",
		err, name, up, environment.Quoted(r.File), verb[1])
}
