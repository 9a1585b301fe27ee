package stack

import (
	"path/filepath"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/port"
	"example.com/pgcqrs/tools/dev/repair"
	"example.com/pgcqrs/tools/dev/running"
)

// stack holds the state that dev run shares among the parts that it starts.
type stack struct {
	guard     *child.Guard
	args      []string // command-line arguments of dev
	dir       string   // folder of the data and of the binaries
	without   []string // names of the servers that the developer starts instead
	given     bool     // the developer named the database
	forgotten []string // environment variables of the shell that would select a database other than dev's
	ownerURL  string
	loginURLs map[string]string // URLs of the database, by program, and of the projector's workflows (worker)
	keyURI    string            // URI of the key that encrypts the keys of personal data
	snapshots string            // the secret that authenticates snapshots of long streams
	natsURL   string
	issuerURL string            // URL of dev's own issuer; "" if it runs none
	open      bool              // AUTH=off: the API requires no token, and serves its probes at its own address
	probes    string            // the address of the API's probes
	addresses map[string]string // address of each server, by name
	link      string            // link that logs in to the console; "": the console has not started
}

func (s *stack) program(name string) string { return filepath.Join(s.dir, "bin", name) }

func (s *stack) environmentFile(name string) string { return filepath.Join(s.dir, name+".env") }

// repairs returns the facts about this run that package repair needs.
func (s *stack) repairs() repair.Run {
	return repair.Run{Args: s.args, Given: s.given, Forgotten: s.forgotten, File: s.environmentFile("migrate")}
}

// running returns the addresses of the service, for another command of dev.
func (s *stack) running() running.Stack {
	return running.Stack{
		API: "http://" + port.Browsable(s.addresses["api"]), Issuer: s.issuerURL, Database: s.ownerURL, Broker: s.natsURL,
	}
}
