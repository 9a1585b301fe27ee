package link

import (
	"strconv"
	"strings"
	"sync"
)

// Denials brings the server's word that a subject is not allowed to whoever publishes
// there: it comes apart from the acknowledgements, in place of one.
type Denials struct {
	mu      sync.Mutex
	waiting map[string]chan error
}

func newDenials() *Denials { return &Denials{waiting: make(map[string]chan error)} }

// Of returns where a denial of the subject will come.
func (d *Denials) Of(subject string) <-chan error {
	d.mu.Lock()
	defer d.mu.Unlock()
	denied := make(chan error, 1)
	d.waiting[subject] = denied
	return denied
}

// Forget waits for no denial any more.
func (d *Denials) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.waiting)
}

// deny knows the subject by the server's words, which quote it as Go does.
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
