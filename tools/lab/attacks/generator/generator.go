//go:build linux

package generator

import (
	"sync"
	"sync/atomic"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Job tells an attacker what to do.
type Job struct {
	Attack    string
	API       string   // host:port
	Issuer    string   // URL
	Tokens    []string // of the attacker's subjects
	Account   string   // path of one of the first subject's
	Long      string   // path of another, with a long history
	Version   int      // of it
	Customers []string // paths of the first subject's
	Head      int64    // of the log
}

// Generator is this program in the role of the attacker.
type Generator struct {
	Job     Job
	running atomic.Int64 // requests without an answer so far
	mu      sync.Mutex
	sent    traffic.Tally
}

func (g *Generator) note(kind string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent[kind]++
}
