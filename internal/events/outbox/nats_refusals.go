package outbox

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// JetStream's answers about a message, by error code. That the stream is full is none
// of them: it says no to everybody, until somebody makes room.
const (
	messageTooLarge = 10054 // for the stream's max_msg_size
	headerTooLarge  = 10097
	storeFailed     = 10077 // and the text says why
)

// storeRefusals are the reasons of storeFailed that are about the message.
var storeRefusals = []string{"message too large", "maximum messages per subject exceeded"}

// judge makes a *Refused of an error that the message will meet again, however often it
// is sent.
func judge(err error) error {
	for _, refusal := range []error{nats.ErrMaxPayload, nats.ErrBadSubject, nats.ErrPermissionViolation} {
		if errors.Is(err, refusal) {
			return &Refused{err}
		}
	}
	answer, ok := errors.AsType[*jetstream.APIError](err)
	if !ok {
		return err
	}
	switch int(answer.ErrorCode) {
	case messageTooLarge, headerTooLarge:
		return &Refused{err}
	case storeFailed:
		if slices.Contains(storeRefusals, answer.Description) {
			return &Refused{err}
		}
	}
	return err
}

// denials brings the server's word that a subject is not allowed to whoever publishes
// there: it comes apart from the acknowledgements, in place of one.
type denials struct {
	mu      sync.Mutex
	waiting map[string]chan error
}

func newDenials(connection *nats.Conn) *denials {
	d := &denials{waiting: make(map[string]chan error)}
	connection.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			d.deny(err)
		}
	})
	return d
}

// of returns where a denial of the subject will come.
func (d *denials) of(subject string) <-chan error {
	d.mu.Lock()
	defer d.mu.Unlock()
	denied := make(chan error, 1)
	d.waiting[subject] = denied
	return denied
}

func (d *denials) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.waiting)
}

// deny knows the subject by the quotes that the server puts around it.
func (d *denials) deny(err error) {
	_, rest, _ := strings.Cut(err.Error(), `Publish to "`)
	subject, _, _ := strings.Cut(rest, `"`)
	d.mu.Lock()
	defer d.mu.Unlock()
	if denied, ok := d.waiting[subject]; ok {
		select {
		case denied <- err:
		default:
		}
	}
}
