package durability

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// These are the errors of a broker whose settings must be changed. errLossy is for a broker that
// may lose messages that it has acknowledged. errTakesNothing is for a broker that accepts no
// message; the broker's own error would not say why.
var (
	errLossy        = errors.New("the broker may lose what it acknowledges")
	errTakesNothing = errors.New("the broker takes no message")
)

// leastDuplicates is the shortest time for which the stream must remember the id of a message,
// so that the stream drops the copy if the message is sent again after a lost acknowledgement.
// In that time the relay waits for the acknowledgement, waits for the backoff to end, and
// another relay may have to take over. leastDuplicates is JetStream's default.
const leastDuplicates = 2 * time.Minute

// streamDrops returns the settings by which a stream drops acknowledged messages of any age,
// although the stream has not reached its configured size.
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

// streamTakesNothing returns the settings by which a stream accepts no message at all.
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

// retention describes the settings that the stream's owner has chosen and that consumers must
// know: how long the stream keeps messages, when the stream refuses messages, and how the stream
// changes messages. By these settings the stream loses only messages that its owner does not
// want to keep.
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
