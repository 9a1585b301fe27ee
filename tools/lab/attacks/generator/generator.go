//go:build linux

package generator

import (
	"sync"
	"sync/atomic"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Job tells an attacker process what to attack, and how.
type Job struct {
	Attack    string
	API       string   // host:port of the API
	Issuer    string   // URL of the issuer
	Tokens    []string // one token for each subject of the attacker
	Account   string   // path of an account of the first subject
	Long      string   // path of an account with a long history
	Version   int      // version of the account with the long history
	Customers []string // paths of customers of the first subject
	Head      int64    // position of the last event in the log
}

// Generator sends the requests of the attacker process, and counts the results.
type Generator struct {
	Job     Job
	running atomic.Int64 // requests that have no answer yet
	mu      sync.Mutex
	sent    traffic.Tally
}

func (g *Generator) note(kind string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent[kind]++
}
