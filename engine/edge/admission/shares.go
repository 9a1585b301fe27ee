package admission

import "sync"

// Shares lets so many of each name in at once.
type Shares struct {
	most   int // 0: any number
	mu     sync.Mutex
	inside map[string]int // only of those that are
}

// NewShares lets so many in of each; 0: any number.
func NewShares(most int) *Shares { return &Shares{most: most, inside: make(map[string]int)} }

// Enter returns false if the name has its share; else Leave must follow. Whoever has no
// name has no bound.
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

// Full says whether the name has its share.
func (s *Shares) Full(name string) bool {
	if s.most == 0 || name == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside[name] >= s.most
}

// Leave lets the next of the name in.
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

// Names returns how many names have somebody in.
func (s *Shares) Names() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inside)
}
