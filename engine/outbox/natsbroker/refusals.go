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

// JetStream's error codes that are about the message. A full stream is not among them: it refuses
// everything, until an operator makes room.
const (
	messageTooLarge = 10054 // for the stream's max_msg_size
	headerTooLarge  = 10097
	storeFailed     = 10077 // the text has the reason
)

// storeRefusals are the reasons of storeFailed that are about the message.
var storeRefusals = []string{"message too large", "maximum messages per subject exceeded"}

// maxSubject bounds a subject, in bytes. NATS ends a connection that sends a command of more than
// 4,096 bytes (max_control_line): the subject, the address for the answer and two sizes.
const maxSubject = 1024

// checkSubject refuses a subject that NATS does not accept, or can't distinguish from a wildcard.
// Some of them would end the connection, which all messages need.
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

// judge makes an *outbox.Refused of an error that the message will meet each time it is sent.
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
