package privacy

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/internal/events"
)

// Seal is the event with everything personal in it sealed, for its place in the log, by
// the key of whom it is about: events.Seal. What is to be found by its text can be from
// then on, also if the event is never appended: Find compares.
func (k *Keys) Seal(ctx context.Context, streamType string, streamID uuid.UUID, version int64, event events.PersonalEvent) (events.Event, error) {
	person := event.Person(streamID)
	wants, err := k.wants(ctx, event, person)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", event.EventType(), err)
	}
	cipher, err := k.made(ctx, person, wants)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", event.EventType(), err)
	}
	var failed error
	sealed := event.EachPersonal(func(field events.Field, value *events.Personal) {
		if value.Text() != "" && failed == nil {
			*value, failed = seal(cipher, events.Place{StreamType: streamType, StreamID: streamID, Version: version, Field: field.Name}, value.Text())
		}
	})
	if failed != nil {
		return nil, fmt.Errorf("seal %s: %w", event.EventType(), failed)
	}
	return sealed, nil
}

// wants are what the event lets the person be found by, and a key for them, as far as it is
// not known that these are there.
func (k *Keys) wants(ctx context.Context, event events.PersonalEvent, person uuid.UUID) (wants []want, err error) {
	event.EachPersonal(func(field events.Field, value *events.Personal) {
		if !field.Findable || value.Text() == "" || err != nil {
			return
		}
		seen := note{person, field.Name, maphash.String(k.seed, value.Text())}
		if _, known := k.noted.Get(seen); known {
			return
		}
		for _, form := range folds(value.Text()) {
			var index []byte
			index, err = k.index(ctx, field.Name, form)
			wants = append(wants, want{seen, string(index)})
		}
	})
	if len(wants) > 0 || err != nil {
		return wants, err
	}
	if _, held := k.ciphers.Get(person); !held {
		wants = append(wants, want{note: note{person: person}})
	}
	return wants, nil
}

func seal(cipher tink.AEAD, place events.Place, text string) (events.Personal, error) {
	ciphertext, err := cipher.Encrypt([]byte(text), associated(place))
	if err != nil {
		return events.Personal{}, fmt.Errorf("encrypt %s: %w", place.Field, err)
	}
	return events.NewSealed(place.Version, base64.RawURLEncoding.EncodeToString(ciphertext)), nil
}

// associated binds a ciphertext to where it belongs: moved, it does not open.
func associated(place events.Place) []byte {
	return []byte(place.StreamType + " " + place.StreamID.String() + " " + strconv.FormatInt(place.Version, 10) + " " + place.Field)
}

// Reveal is the text of a person's sealed data, which was sealed in a field of a stream.
// Its errors are ErrErased, ErrKeysAway and, for data that is not what was sealed there,
// others. Nothing, which is never sealed, is revealed as it is.
func (k *Keys) Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field events.Field, sealed events.Personal) (string, error) {
	if sealed.Sealed() == "" {
		return "", nil
	}
	version, encoded, err := sealed.Parts()
	if err != nil {
		return "", err
	}
	ciphertext, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", errors.New("sealed data is not base64url")
	}
	cipher, err := k.cipher(ctx, person)
	if err != nil {
		return "", err
	}
	text, err := cipher.Decrypt(ciphertext, associated(events.Place{StreamType: streamType, StreamID: streamID, Version: version, Field: field.Name}))
	if err != nil {
		return "", fmt.Errorf("field %s of stream %s was not sealed there by this person's key", field.Name, streamID)
	}
	return string(text), nil
}
