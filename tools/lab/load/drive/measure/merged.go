package measure

import (
	"slices"
	"time"
)

// Merged holds the sums over all shards of a Recorder. A shard contains the measurements of some of
// the clients.
type Merged struct {
	parts map[string]*part
	order []string  // names of the parts, in the order in which they were first recorded
	Last  time.Time // when the last answer came
}

// Merge adds up all measurements that the shards of the Recorder contain so far.
func (r *Recorder) Merge() *Merged {
	m := &Merged{parts: make(map[string]*part)}
	for _, s := range r.shards {
		s.mu.Lock()
		for _, name := range s.order {
			if m.parts[name] == nil {
				m.parts[name] = newPart()
				m.order = append(m.order, name)
			}
			m.parts[name].merge(s.parts[name])
		}
		if s.last.After(m.Last) {
			m.Last = s.last
		}
		s.mu.Unlock()
	}
	return m
}

// Parts returns a summary for each part (kind of request) of a run that measured for the given
// number of seconds. The steps of a load (operations of clients) may have several parts. The part
// that was recorded first in the run comes first, and the other parts are sorted by name.
func (m *Merged) Parts(seconds float64) (parts []Part) {
	if len(m.order) > 1 {
		slices.Sort(m.order[1:]) // the order in which the other parts were first recorded may be random
	}
	for _, name := range m.order {
		parts = append(parts, m.parts[name].summary(name, seconds))
	}
	return parts
}
