package httpapi

import "sync"

// shares lets so many of each name in at once.
type shares struct {
	most   int // 0: any number
	mu     sync.Mutex
	inside map[string]int // only of those that are
}

func newShares(most int) *shares { return &shares{most: most, inside: make(map[string]int)} }

// enter returns false if the name has its share; else leave must follow. Whoever has no
// name has no bound.
func (s *shares) enter(name string) bool {
	if s.most == 0 || name == "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside[name] >= s.most {
		return false
	}
	s.inside[name]++
	return true
}

// full says whether the name has its share.
func (s *shares) full(name string) bool {
	if s.most == 0 || name == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside[name] >= s.most
}

func (s *shares) leave(name string) {
	if s.most == 0 || name == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside[name]--; s.inside[name] == 0 {
		delete(s.inside, name)
	}
}
