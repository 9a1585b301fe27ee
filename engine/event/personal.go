package event

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Personal is text about a person, as an event holds it. It goes into the log encrypted with that
// person's key, or not at all; a reader of the log gets it encrypted. Printing a Personal never
// shows the text.
type Personal struct{ text, encrypted string }

// Private returns a Personal of text that is not encrypted yet. Empty text says nothing about
// anybody, and is stored as it is.
func Private(text string) Personal { return Personal{text: text} }

// AsEncrypted returns a Personal of text that Encrypted has returned.
func AsEncrypted(encrypted string) Personal { return Personal{encrypted: encrypted} }

// Text returns the text that is not encrypted yet, or "" once it is encrypted, as in events that
// were read from the log.
func (p Personal) Text() string { return p.text }

// Encrypted returns the stored form; "" for empty text, and before it is encrypted.
func (p Personal) Encrypted() string { return p.encrypted }

// Equal reports whether both hold the same.
func (p Personal) Equal(other Personal) bool { return p == other }

// String hides the text from logs and errors.
func (p Personal) String() string { return "(personal)" }

// GoString hides the text from %#v.
func (p Personal) GoString() string { return "(personal)" }

var errNotEncrypted = errors.New("personal data is not encrypted: the store was made without keys, or the event does not declare the field in EachPersonal")

// MarshalJSON fails for text that is not encrypted, so that a field whose encryption was forgotten
// can't get into the log.
func (p Personal) MarshalJSON() ([]byte, error) {
	if p.text != "" {
		return nil, errNotEncrypted
	}
	return json.Marshal(p.encrypted)
}

// UnmarshalJSON reads what MarshalJSON has written.
func (p *Personal) UnmarshalJSON(data []byte) error {
	*p = Personal{}
	return json.Unmarshal(data, &p.encrypted)
}

// PersonalEvent is an event with personal data.
type PersonalEvent interface {
	Event

	// Person returns the person whose data it is, for an event of this stream: that person's key
	// encrypts it.
	Person(streamID uuid.UUID) uuid.UUID

	// EachPersonal calls do for each Personal of the event, and returns the event as do has changed
	// it.
	EachPersonal(do func(field Field, value *Personal)) Event
}

// Encrypt returns an event with its personal data encrypted for its place in the log: the version
// that it will have in its stream.
type Encrypt func(ctx context.Context, streamType string, streamID uuid.UUID, version int64, e PersonalEvent) (Event, error)

// Erasure is an event that says that a person's key is destroyed.
type Erasure interface {
	Event

	// Erased returns the person, for an event of this stream: the stream's id, or the person whom
	// the event's JSON names under "erases", which is what the database uses. If the two differ,
	// the append fails.
	Erased(streamID uuid.UUID) uuid.UUID
}

// Keyed is an encrypted event with the records about its person that its append stores in the same
// transaction: nothing about a person is stored earlier, or without the event.
type Keyed struct {
	Event
	Person  uuid.UUID
	Wrapped []byte   // the person's key, encrypted with a service key; nil: it is stored already
	Lookups []Lookup // for each findable field of the event

	// Refused is called after the database has refused Wrapped: the person has another key, or the
	// key that wrapped it was rotated. The event must then be encrypted again, with another key
	// perhaps. Refused returns an error if the caller must give up.
	Refused func() error
}

// Lookup is the index entry by which a person is found in a field from now on. It replaces the
// previous one.
type Lookup struct {
	Field   string
	Indexes [][]byte
}

// Field names a Personal of an event. Names are stored and must never change.
type Field struct {
	Name     string
	Findable bool // by its exact text, through a keyed index
}

// Place is where a Personal was encrypted: it can't be decrypted anywhere else.
type Place struct {
	StreamType string
	StreamID   uuid.UUID
	Version    int64
	Field      string
}

// encryptedForm begins every encrypted text, before its version and the ciphertext.
const encryptedForm = "encrypted.1."

// NewEncrypted returns the stored form of a ciphertext that was made for a version.
func NewEncrypted(version int64, ciphertext string) Personal {
	return Personal{encrypted: encryptedForm + strconv.FormatInt(version, 10) + "." + ciphertext}
}

// Parts returns the version for which a Personal was encrypted, and the ciphertext.
func (p Personal) Parts() (version int64, ciphertext string, err error) {
	rest, ok := strings.CutPrefix(p.encrypted, encryptedForm)
	number, ciphertext, dotted := strings.Cut(rest, ".")
	version, err = strconv.ParseInt(number, 10, 64)
	if !ok || !dotted || err != nil {
		return 0, "", errors.New("personal data is not encrypted in a form that this program knows")
	}
	return version, ciphertext, nil
}

// WithPersonal returns an event's stored data with each personal field replaced by what with returns for it.
func WithPersonal(e PersonalEvent, data []byte, with func(field Field, value Personal) (any, error)) ([]byte, error) {
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, fmt.Errorf("read event: %w", err)
	}
	var failed error
	e.EachPersonal(func(field Field, value *Personal) {
		shown, err := with(field, *value)
		if err != nil {
			failed = err
			return
		}
		fields[field.Name] = shown
	})
	if failed != nil {
		return nil, failed
	}
	return json.Marshal(fields)
}
