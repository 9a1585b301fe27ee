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

// Personal is a text about a person in a field of an event. The log stores the text only
// encrypted with that person's key, and a reader of the log gets the encrypted text. Printing a
// Personal never shows the text.
type Personal struct{ text, encrypted string }

// Private returns a Personal of text that is not encrypted yet. An empty text is not encrypted:
// an empty text says nothing about anybody.
func Private(text string) Personal { return Personal{text: text} }

// AsEncrypted returns a Personal of an encrypted text that the method Encrypted has returned.
func AsEncrypted(encrypted string) Personal { return Personal{encrypted: encrypted} }

// Text returns the text if it is not encrypted yet. Text returns "" if the text is encrypted, as
// in events that were read from the log.
func (p Personal) Text() string { return p.text }

// Encrypted returns the encrypted text. Encrypted returns "" if the text is empty or is not
// encrypted yet.
func (p Personal) Encrypted() string { return p.encrypted }

// Equal reports whether both have the same text, or the same encrypted text.
func (p Personal) Equal(other Personal) bool { return p == other }

// String implements fmt.Stringer without showing the text, so that logs and errors don't show
// it.
func (p Personal) String() string { return "(personal)" }

// GoString implements fmt.GoStringer without showing the text, so that %#v does not show it.
func (p Personal) GoString() string { return "(personal)" }

var errNotEncrypted = errors.New("personal data is not encrypted: the store was made without keys, or the event does not declare the field in EachPersonal")

// MarshalJSON fails for text that is not encrypted, so that the log never stores a field whose
// encryption was forgotten.
func (p Personal) MarshalJSON() ([]byte, error) {
	if p.text != "" {
		return nil, errNotEncrypted
	}
	return json.Marshal(p.encrypted)
}

// UnmarshalJSON decodes the JSON that MarshalJSON returns.
func (p *Personal) UnmarshalJSON(data []byte) error {
	*p = Personal{}
	return json.Unmarshal(data, &p.encrypted)
}

// PersonalEvent is an event with personal data.
type PersonalEvent interface {
	Event

	// Person returns the id of the person whose data the event has, if the event is in this
	// stream. The key of that person encrypts the data.
	Person(streamID uuid.UUID) uuid.UUID

	// EachPersonal calls do for each Personal of the event, and returns the event with the
	// changes that do has made.
	EachPersonal(do func(field Field, value *Personal)) Event
}

// Encrypt returns an event with its personal data encrypted for the version that the event will
// have in its stream.
type Encrypt func(ctx context.Context, streamType string, streamID uuid.UUID, version int64, e PersonalEvent) (Event, error)

// Erasure is an event that says that a person's key is destroyed.
type Erasure interface {
	Event

	// Erased returns the id of the person whose key is destroyed, if the event is in this
	// stream. The database destroys the key of the person whom the event's JSON names under
	// "erases", or else of the person with the stream's id. If Erased returns another person,
	// the append fails.
	Erased(streamID uuid.UUID) uuid.UUID
}

// Keyed is an encrypted event with records about the event's person: the person's key and index
// entries. The append stores these records in its transaction, so that the database never has a
// record about a person before the event, or without it.
type Keyed struct {
	Event
	Person  uuid.UUID
	Wrapped []byte   // the person's key, encrypted with a service key; nil: the database already has the key
	Lookups []Lookup // the index entries: one for each findable field of the event

	// Refused is called after the database has refused Wrapped because the person already has
	// another key, or because the service key that encrypted Wrapped was rotated. If Refused
	// returns nil, the caller must encrypt the event again, perhaps with another key. If Refused
	// returns an error, the caller must return that error.
	Refused func() error
}

// Lookup is an index entry, by which a person can be found by the text of one field. A Lookup
// replaces the person's previous Lookup for the same field.
type Lookup struct {
	Field   string
	Indexes [][]byte
}

// Field names a Personal of an event. The name of a field is stored and must never change.
type Field struct {
	Name     string
	Findable bool // whether the person can be found by the field's exact text, through a keyed index
}

// Place says for which field of which event a Personal was encrypted. The Personal can't be
// decrypted as another field or in another event.
type Place struct {
	StreamType string
	StreamID   uuid.UUID
	Version    int64
	Field      string
}

// encryptedForm is the prefix of every encrypted text. The version and the ciphertext follow it.
const encryptedForm = "encrypted.1."

// NewEncrypted returns the stored form of a ciphertext that was encrypted for a version of a
// stream.
func NewEncrypted(version int64, ciphertext string) Personal {
	return Personal{encrypted: encryptedForm + strconv.FormatInt(version, 10) + "." + ciphertext}
}

// Parts returns the version for which a Personal was encrypted, and the ciphertext. Parts fails
// if the text does not have the encrypted form.
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
