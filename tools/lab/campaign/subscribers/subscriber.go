//go:build linux

package subscribers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/balancer"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Log contains two functions that return what the campaign knows about the log at the moment of the
// call.
type Log struct {
	Head  func() int64                                 // returns the position of an event near the log's end
	First func(subject string) (id uuid.UUID, ok bool) // returns the account that a subject opened first, if there is one
}

// Subscribers is a set of subscribers.
type Subscribers struct {
	apis    *balancer.Balancer
	fronts  []string // address of the wire (a TCP proxy) in front of each API
	tokens  *issuer.Issuer
	log     Log
	all     []*subscriber
	end     context.CancelFunc
	running sync.WaitGroup
}

// subscriber is one subscriber. Only the subscriber's own goroutine uses the fields, except the
// field reached.
type subscriber struct {
	plan        plan
	subscribers *Subscribers
	random      *rand.Rand
	home        int
	begun       bool   // the position is known
	position    int64  // the subscriber has handled everything up to this position
	epoch       string // epoch of the log to which the position belongs
	got         history.Followed
	reached     atomic.Int64 // copy of position, for other goroutines
}

// moveTo records that the subscriber has handled all events up to a position.
func (s *subscriber) moveTo(position int64) {
	s.position = position
	s.reached.Store(position)
}

// restart makes the subscriber begin again at the beginning of the log, because the log has lost
// events.
func (s *subscriber) restart() {
	s.moveTo(0)
	s.begun, s.epoch = true, ""
	s.got.After, s.got.Events, s.got.Rows, s.got.Said = 0, nil, nil, nil
	s.got.Restarts++
}

// mostSaid is the largest number of violations that a subscriber records.
const mostSaid = 20

// say records a violation that the subscriber itself has noticed.
func (s *subscriber) say(format string, args ...any) {
	if len(s.got.Said) < mostSaid {
		s.got.Said = append(s.got.Said, fmt.Sprintf(format, args...))
	}
}

// scopes returns the OAuth scopes of the subscriber's tokens.
func (p plan) scopes() string {
	if p.operate {
		return sample.OperateScopes
	}
	return sample.Scopes
}
