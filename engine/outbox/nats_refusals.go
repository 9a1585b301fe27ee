package outbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

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

// maxSubject bounds a subject, in bytes. NATS ends the connection over a command of more than 4,096
// (max_control_line), which says the subject, the address for the answer and two sizes.
const maxSubject = 1024

// checkSubject refuses a subject that NATS does not take, or can't tell from a wildcard. Some of
// them end the connection, which everybody's messages need.
func checkSubject(subject string) error {
	if len(subject) > maxSubject {
		return fmt.Errorf("%w: it has %d bytes, at most %d are sent", nats.ErrBadSubject, len(subject), maxSubject)
	}
	if strings.ContainsFunc(subject, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fmt.Errorf("%w: it has white space or a control character", nats.ErrBadSubject)
	}
	for token := range strings.SplitSeq(subject, ".") {
		if token == "" || token == "*" || token == ">" {
			return fmt.Errorf("%w: a part of it is %q", nats.ErrBadSubject, token)
		}
	}
	return nil
}

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

func newDenials() *denials { return &denials{waiting: make(map[string]chan error)} }

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

// deny knows the subject by the server's words, which quote it as Go does.
func (d *denials) deny(err error) {
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
