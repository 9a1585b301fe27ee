package recorded

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Append appends the JSON of an event to a text. The JSON is what json.Marshal writes for the Event
// that Of returns, except that Append copies the parameter data unchanged. Append is several times
// faster than package json. This matters when a client reads a long log, because most of the
// processor time is then spent on this JSON.
func Append(to []byte, e event.Recorded, data []byte) []byte {
	to = slices.Grow(to, usualSize+len(data))
	to = append(to, `{"position":"`...)
	to = strconv.AppendInt(to, e.Position, 10)
	to = appendText(append(to, `","stream_type":`...), e.StreamType)
	to = appendID(append(to, `,"stream_id":"`...), e.StreamID)
	to = strconv.AppendInt(append(to, `","version":`...), e.Version, 10)
	to = appendID(append(to, `,"id":"`...), e.ID)
	to = appendText(append(to, `","type":`...), e.Type)
	to = append(append(to, `,"data":`...), data...)
	to = appendMetadata(append(to, `,"metadata":{`...), e.Metadata)
	to = appendTime(append(to, `},"occurred_at":"`...), e.OccurredAt)
	to = appendTime(append(to, `","recorded_at":"`...), e.RecordedAt)
	return append(to, `"}`...)
}

// usualSize is a number of bytes that suffices for the JSON of most events without their data, and
// for what a streaming answer sends before and after this JSON.
const usualSize = 520

func appendMetadata(to []byte, m event.Metadata) []byte {
	separator := ""
	for _, field := range [...]struct{ name, text string }{
		{`"correlation_id":`, m.CorrelationID}, {`"causation_id":`, m.CausationID}, {`"command_id":`, m.CommandID},
		{`"actor":`, m.Actor}, {`"traceparent":`, m.Traceparent},
	} {
		if field.text != "" {
			to = appendText(append(append(to, separator...), field.name...), field.text)
			separator = ","
		}
	}
	return to
}

func appendTime(to []byte, at time.Time) []byte { return at.UTC().AppendFormat(to, time.RFC3339Nano) }

// appendID appends a UUID in its text form (RFC 9562, 4).
func appendID(to []byte, id uuid.UUID) []byte {
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, part)
	}
	return to
}

// plain says for each byte whether a JSON string may contain it unchanged. If plain says false,
// package json decides whether to escape the byte.
var plain = func() (is [256]bool) {
	for c := byte(' '); c <= '~'; c++ {
		is[c] = !strings.ContainsRune(`"\<>&`, rune(c))
	}
	return is
}()

// appendText appends a string of JSON. If a character of the text may need an escape, package json
// writes the whole text.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if !plain[text[i]] {
			escaped, err := json.Marshal(text)
			if err != nil {
				panic(err) // a string can always be encoded
			}
			return append(to, escaped...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
