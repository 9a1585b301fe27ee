package natsbroker

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/outbox"
)

// These are JetStream's error codes for a message that is refused because of its content. A full
// stream has another error code, because it refuses all messages until an operator frees space.
const (
	messageTooLarge = 10054 // larger than the stream's max_msg_size
	headerTooLarge  = 10097
	storeFailed     = 10077 // the error's description has the reason
)

// storeRefusals are descriptions of the error storeFailed. If an error has one of these
// descriptions, the message itself is the cause.
var storeRefusals = []string{"message too large", "maximum messages per subject exceeded"}

// maxSubject limits the size of a subject, in bytes. NATS closes a connection that sends a protocol
// line of more than 4,096 bytes (max_control_line). Such a line contains the subject, the reply
// subject and two sizes.
const maxSubject = 1024

// checkSubject returns an error if NATS does not accept a subject, or would read a part of it as a
// wildcard. Because of some invalid subjects, the server would close the connection, which all
// messages share.
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

// judge returns an *outbox.Refused if the broker would refuse the message each time it is sent.
// Otherwise judge returns the error unchanged.
func judge(err error) error {
	for _, refusal := range []error{nats.ErrMaxPayload, nats.ErrBadSubject, nats.ErrPermissionViolation} {
		if errors.Is(err, refusal) {
			return &outbox.Refused{Reason: err}
		}
	}
	answer, ok := errors.AsType[*jetstream.APIError](err)
	if !ok {
		return err
	}
	switch int(answer.ErrorCode) {
	case messageTooLarge, headerTooLarge:
		return &outbox.Refused{Reason: err}
	case storeFailed:
		if slices.Contains(storeRefusals, answer.Description) {
			return &outbox.Refused{Reason: err}
		}
	}
	return err
}
