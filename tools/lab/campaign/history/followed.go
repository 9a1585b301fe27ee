//go:build linux

package history

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Followed is what one subscriber of the live feed got, in the order in which it came. After an
// answer log_changed, the subscriber began again: Events and Rows have what came since then.
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
	Ends        map[string]int // how often requests ended in which way
	Said        []string       // violations that the subscriber itself noticed
}

// Filter selects the events that a subscriber must get.
type Filter struct {
	Subject string    // owner of the events' streams; "": the subscriber sees the events of all subjects
	Types   []string  // types of events; account.* stands for all types that begin with account.; none: all types
	Stream  uuid.UUID // Nil: all streams
}

// Has reports whether an event of the log, whose stream belongs to owner, must be in the list.
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

// Row is a version of an account that a subscriber of the account's row got.
type Row struct {
	At               int64 // the position that the row reflects
	Version, Balance int64
	Status           string
}
