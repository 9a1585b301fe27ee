package stack

import (
	"path/filepath"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/repair"
)

// stack is what run knows about the parts that are up.
type stack struct {
	guard     *child.Guard
	args      []string // what dev was called with
	dir       string   // holds the data and the programs
	without   []string // names of servers that the developer starts
	given     bool     // the database is the developer's own
	forgotten []string // variables of the shell that would lead away from a database of ours
	ownerURL  string
	loginURLs map[string]string // of the database, for each program
	keyURI    string            // of the key that wraps those of personal data
	snapshots string            // the secret that snapshots of long streams are authenticated by
	natsURL   string
	issuerURL string            // of tokens; "" if it is not ours
	open      bool              // AUTH=off: the API asks for no token, and has its probes at its own address
	probes    string            // the address of the API's
	addresses map[string]string // of each server
}

func (s *stack) program(name string) string { return filepath.Join(s.dir, "bin", name) }

func (s *stack) environmentFile(name string) string { return filepath.Join(s.dir, name+".env") }

// repairs is what a repair has to know of this run.
func (s *stack) repairs() repair.Run {
	return repair.Run{Args: s.args, Given: s.given, Forgotten: s.forgotten, File: s.environmentFile("migrate")}
}
