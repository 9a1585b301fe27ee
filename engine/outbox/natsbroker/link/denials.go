package link

import (
	"strconv"
	"strings"
	"sync"
)

// Denials passes the server's message that a subject is not allowed to the publisher that waits for
// it: the message comes in place of an acknowledgement, but separately.
type Denials struct {
	mu      sync.Mutex
	waiting map[string]chan error
}

func newDenials() *Denials { return &Denials{waiting: make(map[string]chan error)} }

// Of returns a channel that gets a denial of the subject.
func (d *Denials) Of(subject string) <-chan error {
	d.mu.Lock()
	defer d.mu.Unlock()
	denied := make(chan error, 1)
	d.waiting[subject] = denied
	return denied
}

// Forget drops the channel of every subject.
func (d *Denials) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.waiting)
}

// deny finds the subject in the server's message, which quotes it as Go does.
func (d *Denials) deny(err error) {
	_, rest, _ := strings.Cut(err.Error(), "Publish to ")
	quoted, _ := strconv.QuotedPrefix(rest)
	subject, _ := strconv.Unquote(quoted)
	d.mu.Lock()
	defer d.mu.Unlock()
	if denied, ok := d.waiting[subject]; ok {
		select {
		case denied <- err:
		default:
		}
	}
}
