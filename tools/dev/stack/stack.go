package stack

import (
	"path/filepath"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/repair"
)

// stack holds what run knows about the running parts.
type stack struct {
	guard     *child.Guard
	args      []string // arguments of dev
	dir       string   // folder of the data and the programs
	without   []string // names of the servers that the developer starts instead
	given     bool     // the database is the developer's own
	forgotten []string // variables of the shell that would select another database than dev's
	ownerURL  string
	loginURLs map[string]string // of the database, for each program
	keyURI    string            // of the key that wraps the keys of personal data
	snapshots string            // the secret that authenticates snapshots of long streams
	natsURL   string
	issuerURL string            // of dev's own issuer; "" if there is none
	open      bool              // AUTH=off: the API requires no token, and has its probes at its own address
	probes    string            // the address of the API's probes
	addresses map[string]string // of each server
}

func (s *stack) program(name string) string { return filepath.Join(s.dir, "bin", name) }

func (s *stack) environmentFile(name string) string { return filepath.Join(s.dir, name+".env") }

// repairs returns what a repair must know of this run.
func (s *stack) repairs() repair.Run {
	return repair.Run{Args: s.args, Given: s.given, Forgotten: s.forgotten, File: s.environmentFile("migrate")}
}
