package durability

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// These are the errors of a broker whose settings an operator must change. The error errLossy means
// that the broker may lose messages that it has acknowledged. The error errTakesNothing means that
// the broker accepts no message; the broker's own error would not say why.
var (
	errLossy        = errors.New("the broker may lose what it acknowledges")
	errTakesNothing = errors.New("the broker takes no message")
)

// leastDuplicates is the shortest time for which the stream must remember the id of a message. If a
// message is sent again after a lost acknowledgement, the stream recognizes the id and drops the
// copy. The time must be long enough for three waits: for the acknowledgement, for the backoff, and
// for another relay that takes over. leastDuplicates is JetStream's default.
const leastDuplicates = 2 * time.Minute

// streamDrops returns the settings because of which a stream drops acknowledged messages. Such a
// stream drops even new messages, although it has not reached its configured size yet.
func streamDrops(info *jetstream.StreamInfo) (reasons []string) {
	config := info.Config
	if config.MaxMsgsPerSubject > 0 && !config.DiscardNewPerSubject { // MaxMsgsPerSubject drops messages whatever config.Discard is
		reasons = append(reasons, fmt.Sprintf("drops all but the last messages on a subject, which is a type and a stream of events (max_msgs_per_subject %d): take the limit away", config.MaxMsgsPerSubject))
	}
	if config.Retention == jetstream.InterestPolicy && info.State.Consumers == 0 {
		reasons = append(reasons, "drops every message, for it keeps what consumers wait for (retention interest) and has none: add a consumer, or keep by limits")
	}
	return reasons
}

// streamTakesNothing returns the settings because of which a stream accepts no message at all.
func streamTakesNothing(config jetstream.StreamConfig) (reasons []string) {
	if config.Sealed {
		reasons = append(reasons, "is sealed")
	}
	if config.Mirror != nil {
		reasons = append(reasons, fmt.Sprintf("is a mirror of stream %s", config.Mirror.Name))
	}
	if config.AllowMsgCounter {
		reasons = append(reasons, "keeps counters (allow_msg_counter)")
	}
	return reasons
}

// retention describes the settings that the stream's owner has chosen and that consumers must know.
// These settings say how long the stream keeps messages, when it refuses messages, and how it
// changes messages. Because of these settings, the stream loses only messages that its owner does
// not want to keep.
func retention(config jetstream.StreamConfig) (said []string) {
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	full := "drops its oldest messages"
	if config.Discard == jetstream.DiscardNew {
		full = "refuses messages, which wait in the outbox,"
	}
	if config.MaxAge > 0 {
		say("drops messages after %s (max_age)", config.MaxAge)
	}
	if config.MaxMsgs > 0 {
		say("%s over %d of them (max_msgs)", full, config.MaxMsgs)
	}
	if config.MaxBytes > 0 {
		say("%s over %d bytes (max_bytes)", full, config.MaxBytes)
	}
	if config.MaxMsgsPerSubject > 0 && config.DiscardNewPerSubject {
		say("refuses messages, which are set aside as dead, over %d on a subject (max_msgs_per_subject)", config.MaxMsgsPerSubject)
	}
	switch config.Retention {
	case jetstream.InterestPolicy:
		say("drops messages that every consumer has acknowledged, or that none waits for (retention interest)")
	case jetstream.WorkQueuePolicy:
		say("drops messages that a consumer has acknowledged (retention workqueue)")
	case jetstream.LimitsPolicy: // the limits above are the whole policy
	}
	if config.Duplicates < leastDuplicates {
		say("knows a message that is sent again for %s only (duplicate_window): consumers get more of them twice", config.Duplicates)
	}
	if config.SubjectTransform != nil {
		say("keeps messages under other subjects (subject_transform)")
	}
	return said
}
