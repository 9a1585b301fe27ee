package problemlist

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

var (
	answeredMu sync.Mutex
	answered   = map[string]bool{}
)

// Answered returns the problem codes of all answers that tests of this process have received so
// far.
func Answered() []string {
	answeredMu.Lock()
	defer answeredMu.Unlock()
	return slices.Sorted(maps.Keys(answered))
}

// Check records the problem code of an answer. Check returns an error if the map codes does not
// contain this code, or has another status for it.
func Check(codes map[string]int, status int, body []byte) error {
	var problem struct {
		Status int    `json:"status"`
		Code   string `json:"code"`
	}
	if err := json.Unmarshal(body, &problem); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	answeredMu.Lock()
	answered[problem.Code] = true
	answeredMu.Unlock()
	switch listed, ok := codes[problem.Code]; {
	case !ok:
		return fmt.Errorf("code %q is neither listed with something that the operation has, nor in its x-problems", problem.Code)
	case listed != status || problem.Status != status:
		return fmt.Errorf("code %s has the status %d in the contract, and the body says %d", problem.Code, listed, problem.Status)
	}
	return nil
}
