package event

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Personal is the type of an event's field that has a text about a person. The log stores the text
// only in encrypted form, encrypted with this person's key. A reader of the log gets the encrypted
// text. Printing a Personal never shows the text.
type Personal struct{ text, encrypted string }

// Private returns a Personal with a text that is not encrypted yet. An empty text will not be
// encrypted, because it says nothing about a person.
func Private(text string) Personal { return Personal{text: text} }

// AsEncrypted returns a Personal with an encrypted text, which must come from the method Encrypted.
func AsEncrypted(encrypted string) Personal { return Personal{encrypted: encrypted} }

// Text returns the text if it is not encrypted yet. If the text is encrypted, as in events that
// were read from the log, Text returns "".
func (p Personal) Text() string { return p.text }

// Encrypted returns the encrypted text. Encrypted returns "" if the text is empty or is not
// encrypted yet.
func (p Personal) Encrypted() string { return p.encrypted }

// Equal reports whether two Personals have the same text, or the same encrypted text.
func (p Personal) Equal(other Personal) bool { return p == other }

// String implements fmt.Stringer without showing the text, so that logs and errors don't show
// it.
func (p Personal) String() string { return "(personal)" }

// GoString implements fmt.GoStringer without showing the text, so that %#v does not show it.
func (p Personal) GoString() string { return "(personal)" }

var errNotEncrypted = errors.New("personal data is not encrypted: the store was made without keys, or the event does not declare the field in EachPersonal")

// MarshalJSON returns an error if the text is not encrypted. Therefore the log never stores a text
// that somebody has forgotten to encrypt.
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

	// Person returns the id of the person whose data is in the event. The data is encrypted with
	// this person's key. The parameter is the id of the event's stream.
	Person(streamID uuid.UUID) uuid.UUID

	// EachPersonal calls the function do for each Personal of the event, and returns the event with
	// the changes that do has made.
	EachPersonal(do func(field Field, value *Personal)) Event
}

// Encrypt returns an event with its personal data encrypted. The encryption is bound to the version
// that the event will have in its stream.
type Encrypt func(ctx context.Context, streamType string, streamID uuid.UUID, version int64, e PersonalEvent) (Event, error)

// Erasure is an event that erases a person: when it is appended, the database destroys the person's
// key.
type Erasure interface {
	Event

	// Erased returns the id of the person whose key is destroyed. The parameter is the id of the
	// event's stream. The database destroys the key of the person in the field "erases" of the event's
	// JSON. If the JSON has no such field, the database destroys the key of the person with the
	// stream's id. If Erased returns another person, the append fails.
	Erased(streamID uuid.UUID) uuid.UUID
}

// Keyed is an encrypted event together with records about its person: the person's key, and hashes
// of texts by which searches find the person (see Lookup). The append stores these records in the
// same transaction as the event. So the database never has one of these records without the event.
type Keyed struct {
	Event
	Person  uuid.UUID
	Wrapped []byte   // the person's key, encrypted with the service key; nil: the database already has the person's key
	Lookups []Lookup // one for each findable field of the event

	// Refused is called after the database has refused a record: the person already has another
	// key, the service key was rotated, or the secret of a hash was replaced. The caller may then
	// encrypt the event again, with newer keys, for another append. If the caller does not try
	// again, it must return the error of Refused.
	Refused func() error
}

// Claim demands that a text belongs to only one person of a scope. To check claims, the database
// stores hashes of the text, and not the text. Each hash is made with a secret of the service
// (HMAC). Indexes has one hash for each secret that is in use.
type Claim struct {
	Scope   string
	Indexes [][]byte
	Taken   *Rejection // the answer if another person of the scope has the text
}

// Lookup has the hash of the text of one field, by which a search for the text finds the person.
// The hash is made with the newest active secret of the service (HMAC). If the field has no text,
// Indexes is empty. A new Lookup replaces the person's previous Lookup for the same field.
type Lookup struct {
	Field   string
	Indexes [][]byte
	Claim   *Claim // nil: other persons may have the same text
}

// Field describes a field of an event whose type is Personal. The name of the field is stored, and
// must never change.
type Field struct {
	Name     string
	Findable bool // whether a keyed index can find the person by the field's exact text
}

// Place identifies the field and the event for which a text was encrypted. The encrypted text can't
// be decrypted in another field or in another event.
type Place struct {
	StreamType string
	StreamID   uuid.UUID
	Version    int64
	Field      string
}

// encryptedForm is the prefix of every encrypted text, before the version and the ciphertext.
const encryptedForm = "encrypted.1."

// HoldsEncrypted reports whether the stored data of an event may have an encrypted text. If
// HoldsEncrypted returns false, the event has no personal data.
func HoldsEncrypted(data []byte) bool { return bytes.Contains(data, []byte(encryptedForm)) }

// NewEncrypted returns the stored form of a ciphertext. The version is the stream version of the
// event for which the text was encrypted.
func NewEncrypted(version int64, ciphertext string) Personal {
	return Personal{encrypted: encryptedForm + strconv.FormatInt(version, 10) + "." + ciphertext}
}

// Parts returns the version of the event for which the text was encrypted, and the ciphertext. If
// the text does not have the encrypted form, Parts returns an error.
func (p Personal) Parts() (version int64, ciphertext string, err error) {
	rest, ok := strings.CutPrefix(p.encrypted, encryptedForm)
	number, ciphertext, dotted := strings.Cut(rest, ".")
	version, err = strconv.ParseInt(number, 10, 64)
	if !ok || !dotted || err != nil {
		return 0, "", errors.New("personal data is not encrypted in a form that this program knows")
	}
	return version, ciphertext, nil
}

// WithPersonal replaces each personal field in the stored data of an event. The parameter with is a
// function that returns the replacement of a field.
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
