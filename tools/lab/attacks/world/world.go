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

// Options sets up the service.
type Options struct {
	Long int      // events of a long account
	API  []string // environment of the API
}

// World is the service, the client that uses it, and what the attacker has.
type World struct {
	options        Options
	databases      database.URLs
	dir            string
	issuer         *issuer
	api, projector *program.Program
	client         *http.Client // for what is arranged
	Victim         *victim.Victim
	Job            generator.Job
}

// Stop ends what was started, and removes it.
func (w *World) Stop() {
	for _, p := range []*program.Program{w.api, w.projector} {
		if p != nil {
			p.Stop()
		}
	}
	if w.issuer != nil {
		w.issuer.server.Close()
	}
	_ = os.RemoveAll(w.dir) // what stays is temporary
}
