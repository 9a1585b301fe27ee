package measure

import (
	"slices"
	"time"
)

// Merged holds everything that was recorded.
type Merged struct {
	parts map[string]*part
	order []string  // names, in the order of first sight
	Last  time.Time // when the last of all came back
}

// Merge returns everything that was recorded until now.
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

// Parts returns a summary for each name, for a run that measured so many seconds. The first part of
// a step comes first.
func (m *Merged) Parts(seconds float64) (parts []Part) {
	if len(m.order) > 1 {
		slices.Sort(m.order[1:]) // the order in which these came first may be random
	}
	for _, name := range m.order {
		parts = append(parts, m.parts[name].summary(name, seconds))
	}
	return parts
}
