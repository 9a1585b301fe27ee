//go:build linux

package world

import (
	"net/http"
	"os"

	"example.com/pgcqrs/tools/lab/attacks/database"
	"example.com/pgcqrs/tools/lab/attacks/generator"
	"example.com/pgcqrs/tools/lab/attacks/program"
	"example.com/pgcqrs/tools/lab/attacks/victim"
)

// Options configures the service.
type Options struct {
	Long int      // number of events of the long account
	API  []string // additional environment variables of the API
}

// World holds the running service, the client whose answers are measured, and the attacker's
// tokens, accounts and customers.
type World struct {
	options        Options
	databases      database.URLs
	dir            string
	issuer         *issuer
	api, projector *program.Program
	client         *http.Client // sends the requests of the function arrange
	Victim         *victim.Victim
	Job            generator.Job
}

// Stop ends the programs and removes their files.
func (w *World) Stop() {
	for _, p := range []*program.Program{w.api, w.projector} {
		if p != nil {
			p.Stop()
		}
	}
	if w.issuer != nil {
		w.issuer.server.Close()
	}
	_ = os.RemoveAll(w.dir) // whatever is left is in a temporary folder
}
