package personal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/event"
)

// associated returns the data that binds a ciphertext to its place in the log. A place is a field
// of an event at a version of a stream. At another place, the ciphertext can't be decrypted.
func associated(place event.Place) []byte {
	return []byte(place.StreamType + " " + place.StreamID.String() + " " + strconv.FormatInt(place.Version, 10) + " " + place.Field)
}

// encrypt encrypts a text for a field of an event at a version of a stream.
func encrypt(cipher tink.AEAD, place event.Place, text string) (event.Personal, error) {
	ciphertext, err := cipher.Encrypt([]byte(text), associated(place))
	if err != nil {
		return event.Personal{}, fmt.Errorf("encrypt %s: %w", place.Field, err)
	}
	return event.NewEncrypted(place.Version, base64.RawURLEncoding.EncodeToString(ciphertext)), nil
}

// Decrypt decrypts the text of an event's field. The encrypted text contains the version of the
// event, so Decrypt ignores the version in the parameter place.
func Decrypt(cipher tink.AEAD, place event.Place, encrypted event.Personal) (string, error) {
	version, encoded, err := encrypted.Parts()
	if err != nil {
		return "", err
	}
	ciphertext, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", errors.New("encrypted data is not base64url")
	}
	place.Version = version
	text, err := cipher.Decrypt(ciphertext, associated(place))
	if err != nil {
		return "", fmt.Errorf("field %s of stream %s was not encrypted there by this person's key", place.Field, place.StreamID)
	}
	return string(text), nil
}

// Encrypt encrypts all personal data of an event with the key of the event's person, for a version
// of a stream. Encrypt returns the encrypted event, and stores nothing. Encrypt returns an
// event.Keyed if the person's key may not be stored yet, or if the event has a field by which
// searches may find the person. When this event is appended, the append stores the key and the
// hashes of the texts. Encrypt has the type event.Encrypt.
func (k *Keys) Encrypt(ctx context.Context, streamType string, streamID uuid.UUID, version int64, e event.PersonalEvent) (event.Event, error) {
	keyed := event.Keyed{Person: e.Person(streamID)}
	key, err := k.ring.For(ctx, keyed.Person)
	if err == nil {
		keyed.Lookups, err = k.lookups(ctx, e)
	}
	if err != nil {
		return nil, fmt.Errorf("encrypt %s: %w", e.EventType(), err)
	}
	var failed error
	keyed.Event = e.EachPersonal(func(field event.Field, value *event.Personal) {
		if value.Text() != "" && failed == nil {
			*value, failed = encrypt(key.Cipher, event.Place{StreamType: streamType, StreamID: streamID, Version: version, Field: field.Name}, value.Text())
		}
	})
	if failed != nil {
		return nil, fmt.Errorf("encrypt %s: %w", e.EventType(), failed)
	}
	if keyed.Wrapped = key.Wrapped; keyed.Wrapped == nil && keyed.Lookups == nil {
		return keyed.Event, nil
	}
	keyed.Refused = func() error { return k.refused(keyed.Person) }
	return keyed, nil
}

// Reveal decrypts a text about a person. The text must have been encrypted for the given field of
// an event in the given stream. Reveal fails with ErrErased if the person was erased, and with
// ErrKeysAway if the key can't be reached. If the text was not encrypted for that field and stream,
// Reveal fails with another error. Empty text is never encrypted, and Reveal returns "" for it.
func (k *Keys) Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field event.Field, encrypted event.Personal) (string, error) {
	if encrypted.Encrypted() == "" {
		return "", nil
	}
	cipher, err := k.ring.Cipher(ctx, person)
	if err != nil {
		return "", err
	}
	return Decrypt(cipher, event.Place{StreamType: streamType, StreamID: streamID, Field: field.Name}, encrypted)
}
