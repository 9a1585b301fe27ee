package admission

import "sync"

// Shares lets a limited number of requests of each name run at the same time.
type Shares struct {
	most   int // 0: no limit
	mu     sync.Mutex
	inside map[string]int // number of running requests of each name; a name without a running request has no entry
}

// NewShares returns Shares in which most is the number of requests of each name that may run at
// the same time. If most is 0, there is no limit.
func NewShares(most int) *Shares { return &Shares{most: most, inside: make(map[string]int)} }

// Enter reports whether another request of the name may run. If Enter returns true, the caller
// must call Leave when the request is done. Requests whose name is "" are not limited.
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

// Full reports whether as many requests of the name run as may run.
func (s *Shares) Full(name string) bool {
	if s.most == 0 || name == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside[name] >= s.most
}

// Leave ends a request of the name for which Enter returned true, so that another request of the
// name may run.
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

// Names returns how many names have a running request.
func (s *Shares) Names() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inside)
}
