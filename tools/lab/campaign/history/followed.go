//go:build linux

package history

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Followed holds the events and rows that one subscriber got, in the order in which they came. A
// subscriber that gets log_changed begins again. Then Events and Rows contain only what the
// subscriber got after the last log_changed.
type Followed struct {
	Name        string
	Filter      Filter
	After       int64 // the subscriber asked for the events after this position
	Events      []Shown
	Rows        []Row
	OfRows      bool           // the subscriber follows the row of the account Filter.Stream, and not events
	Reached     int64          // the position that the subscriber had reached at the end
	Connections int            // number of answers with the status 200
	Restarts    int            // number of answers log_changed
	Ends        map[string]int // by the way in which an answer ended: the number of such answers
	Said        []string       // violations that the subscriber itself noticed
}

// Filter selects the events that a subscriber must get.
type Filter struct {
	Subject string    // owner of the events' streams; "": the subscriber sees the events of all subjects
	Types   []string  // types of events; account.* stands for all types that begin with account.; none: all types
	Stream  uuid.UUID // Nil: all streams
}

// Has reports whether the subscriber must get the event e. The argument owner is the subject to
// which the event's stream belongs.
func (f Filter) Has(e Event, owner string) bool {
	if f.Subject != "" && f.Subject != owner || f.Stream != uuid.Nil && f.Stream != e.Account {
		return false
	}
	for _, name := range f.Types {
		if begin, prefix := strings.CutSuffix(name, "*"); e.Kind == name || prefix && strings.HasPrefix(e.Kind, begin) {
			return true
		}
	}
	return len(f.Types) == 0
}

// Shown is an event that a subscriber got.
type Shown struct {
	Position int64
	Is       uint64 // hash of the event's id, type, stream and version
}

// HashOf returns the hash that identifies an event in a Shown.
func HashOf(id uuid.UUID, kind string, stream uuid.UUID, version int64) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write(id[:]) // a hash never fails
	_, _ = hash.Write(stream[:])
	_, _ = hash.Write([]byte(kind + " " + strconv.FormatInt(version, 10)))
	return hash.Sum64()
}

// Row is one version of an account's row, as a subscriber got it.
type Row struct {
	At               int64 // the position that the row reflects
	Version, Balance int64
	Status           string
}
