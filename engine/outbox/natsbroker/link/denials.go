package link

import (
	"strconv"
	"strings"
	"sync"
)

// Denials tells the publisher of a message that the server does not allow the message's subject. In
// this case the server sends no acknowledgement. Instead it sends a separate error, which contains
// the subject.
type Denials struct {
	mu      sync.Mutex
	waiting map[string]chan error
}

func newDenials() *Denials { return &Denials{waiting: make(map[string]chan error)} }

// Of returns a channel that receives the server's error if the server does not allow the
// subject.
func (d *Denials) Of(subject string) <-chan error {
	d.mu.Lock()
	defer d.mu.Unlock()
	denied := make(chan error, 1)
	d.waiting[subject] = denied
	return denied
}

// Forget removes the channels of all subjects.
func (d *Denials) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.waiting)
}

// deny sends the server's error to the channel of the subject to which the error belongs. The error
// contains the subject, quoted as in Go.
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
