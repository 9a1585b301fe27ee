package admission

import "sync"

// Shares lets a number of requests of each name in at once.
type Shares struct {
	most   int // 0: no limit
	mu     sync.Mutex
	inside map[string]int // only names with a request inside
}

// NewShares returns Shares that let most requests of each name in; 0: no limit.
func NewShares(most int) *Shares { return &Shares{most: most, inside: make(map[string]int)} }

// Enter returns false if the name has no room. If it returns true, Leave must follow. A request
// without a name is not bounded.
func (s *Shares) Enter(name string) bool {
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

// Full reports whether the name has no room.
func (s *Shares) Full(name string) bool {
	if s.most == 0 || name == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside[name] >= s.most
}

// Leave makes room for the next request of the name.
func (s *Shares) Leave(name string) {
	if s.most == 0 || name == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside[name]--; s.inside[name] == 0 {
		delete(s.inside, name)
	}
}

// Names returns how many names have a request inside.
func (s *Shares) Names() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inside)
}
