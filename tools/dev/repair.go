package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// notReady says which server did not become ready, and why.
type notReady string

func (e notReady) Error() string { return string(e) }

// asked is how a program's log, or the error that it ends with, asks for a repair. Of another issuer
// than the database's it is the answer that hands nobody's data to another.
var asked = regexp.MustCompile(`run migrate ([a-z]+-[a-z]+|issuer -other [^\s,]+)`)

// writeOwnersFile writes the environment that cmd/migrate runs with, for who repairs something
// while a database of ours is up. One that was given is not ours to write down.
func (s *stack) writeOwnersFile() error {
	if s.given {
		return nil
	}
	file, _ := s.lines(map[string]string{"DATABASE_URL": s.ownerURL, "KEY_URI": s.keyURI})
	path := s.environmentFile("migrate")
	_ = os.Remove(path) // an older one may be readable by others
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		return fmt.Errorf("write the environment of migrate: %w", err)
	}
	return nil
}

// sayRepair adds to the error of a server that is not ready, or that asks for a repair, what to do: the database ends
// with this run, and what repairs it needs it up.
func (s *stack) sayRepair(name string, err error) error {
	verb := asked.FindStringSubmatch(err.Error())
	if _, stuck := errors.AsType[notReady](err); !stuck && verb == nil {
		return err
	}
	words := make([]string, 0, len(s.args))
	for _, arg := range s.args {
		words = append(words, quoted(arg))
	}
	up := "go run ./cmd/dev " + strings.Join(words, " ") + " -without " + name
	if verb == nil {
		return fmt.Errorf("%w\n\nEverything ends now. Without %s it stays up, so that you can look for the reason:\n\n  %s", err, name, up)
	}
	if s.given {
		return fmt.Errorf("%w\n\nTo repair it, with DATABASE_URL as it is, paste this, and start again:\n\n  go run ./cmd/migrate %s", err, verb[1])
	}
	return fmt.Errorf("%w\n\nEverything ends now. To repair it, start all but %s, which keeps the database up:\n\n  %s\n\n"+
		"and, as soon as that is ready, in another shell in this folder:\n\n  (set -a; . %s; go run ./cmd/migrate %s)\n\nThen end the first with Ctrl-C and start as before",
		err, name, up, quoted(s.environmentFile("migrate")), verb[1])
}
