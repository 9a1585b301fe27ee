package read

import (
	"bytes"
	"encoding/json"

	"example.com/pgcqrs/engine/event"
)

// metadataOf decodes the metadata of an event. If the metadata can't be decoded, metadataOf returns
// empty metadata. No decision needs metadata, and a single event must not stop all readers of the
// log.
func metadataOf(stored []byte) event.Metadata {
	m, ok := flat(stored)
	if !ok && json.Unmarshal(stored, &m) != nil {
		return event.Metadata{}
	}
	return m
}

// flat decodes the text of a jsonb object, as PostgreSQL writes it: {"key": "value", "key":
// "value"}. All values must be strings without escapes. All readers of the log decode metadata, and
// flat is several times faster than package json. flat returns false for any other text.
func flat(stored []byte) (m event.Metadata, ok bool) {
	rest, ok := bytes.CutPrefix(stored, []byte(`{"`))
	if !ok {
		return m, string(stored) == "{}"
	}
	for {
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return m, false
		}
		field := fieldOf(&m, rest[:end])
		if rest, ok = bytes.CutPrefix(rest[end:], []byte(`": "`)); !ok || field == nil {
			return m, false
		}
		if end = bytes.IndexAny(rest, `"\\`); end < 0 || rest[end] != '"' {
			return m, false
		}
		*field = string(rest[:end])
		if rest = rest[end:]; string(rest) == `"}` {
			return m, true
		}
		if rest, ok = bytes.CutPrefix(rest, []byte(`", "`)); !ok {
			return m, false
		}
	}
}

// fieldOf returns the field of the metadata with this name, or nil.
func fieldOf(m *event.Metadata, name []byte) *string {
	switch string(name) {
	case "correlation_id":
		return &m.CorrelationID
	case "causation_id":
		return &m.CausationID
	case "command_id":
		return &m.CommandID
	case "actor":
		return &m.Actor
	case "traceparent":
		return &m.Traceparent
	}
	return nil
}
