package admission

import "sync"

// Shares limits how many requests of each client run at the same time. The requests of a client are
// counted under a name: the subject or the address of the client.
type Shares struct {
	most   int // 0: no limit
	mu     sync.Mutex
	inside map[string]int // number of running requests of each name; a name without a running request has no entry
}

// NewShares returns a Shares. The parameter most is the number of requests of each name that may
// run at the same time. If most is 0, there is no limit.
func NewShares(most int) *Shares { return &Shares{most: most, inside: make(map[string]int)} }

// Enter reports whether another request of the name may run, and counts the request if so. If Enter
// returns true, the caller must call Leave when the request is done. Requests whose name is "" are
// not limited.
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

// Full reports whether the name has reached its limit, so that no further request of the name may
// run.
func (s *Shares) Full(name string) bool {
	if s.most == 0 || name == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inside[name] >= s.most
}

// Leave counts a request of the name as done. Enter must have returned true for the request.
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

// Names returns how many names have at least one running request.
func (s *Shares) Names() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inside)
}
