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

// associated returns the data that binds a ciphertext to its place: at another place it can't be
// decrypted.
func associated(place event.Place) []byte {
	return []byte(place.StreamType + " " + place.StreamID.String() + " " + strconv.FormatInt(place.Version, 10) + " " + place.Field)
}

// encrypt encrypts a text for a place in the log.
func encrypt(cipher tink.AEAD, place event.Place, text string) (event.Personal, error) {
	ciphertext, err := cipher.Encrypt([]byte(text), associated(place))
	if err != nil {
		return event.Personal{}, fmt.Errorf("encrypt %s: %w", place.Field, err)
	}
	return event.NewEncrypted(place.Version, base64.RawURLEncoding.EncodeToString(ciphertext)), nil
}

// Decrypt decrypts text that was encrypted at a place; the version is part of the encrypted text.
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

// Encrypt returns the event with all personal data in it encrypted, for its place in the log, with
// the key of the person that it is about. It is an event.Encrypt. It stores nothing. If the person
// has no key yet, or can be found by the event's text, it returns an event.Keyed, whose append
// stores both.
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

// Reveal returns the text of a person's encrypted data, which was encrypted in a field of a stream.
// It fails with ErrErased or ErrKeysAway, or with another error if the data was not encrypted
// there. Of empty data, which is never encrypted, it returns "".
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
