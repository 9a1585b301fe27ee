package renewal

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/personal"
)

// foundText has a text by which a search may find a person, in encrypted and in decrypted form.
type foundText struct {
	person    uuid.UUID
	place     event.Place
	encrypted event.Personal
	text      string
}

// findable returns the texts of an event by which searches may find the person of the event.
func findable(e event.Recorded) (texts []foundText) {
	declares, ok := e.Event.(event.PersonalEvent)
	if !ok {
		return nil
	}
	declares.EachPersonal(func(field event.Field, value *event.Personal) {
		if field.Findable && value.Encrypted() != "" {
			place := event.Place{StreamType: e.StreamType, StreamID: e.StreamID, Version: e.Version, Field: field.Name}
			texts = append(texts, foundText{person: declares.Person(e.StreamID), place: place, encrypted: *value})
		}
	})
	return texts
}

// texts reads the events of a step, and returns the decrypted texts by which searches may find
// persons.
func (r renewal) texts(ctx context.Context, after int64) (texts []foundText, err error) {
	var e event.Recorded
	err = r.wrapper.Pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&e.StreamType, &e.StreamID, &e.Version, &e.Type, &e.SchemaVersion, &e.Data}, func() (err error) {
			if e.Event, err = r.decode(e.Type, e.SchemaVersion, e.Data); err != nil {
				return err
			}
			for _, part := range e.Parts() {
				texts = append(texts, findable(part)...)
			}
			return nil
		})
		return err
	}, logsql.Encrypted, after, renewedEvery)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	return r.decrypt(ctx, texts)
}

// decrypt returns the texts that it can decrypt, and leaves out the others. A text that can't be
// decrypted can't be compared with the text of a search. For this reason no search finds a person
// by such a text.
func (r renewal) decrypt(ctx context.Context, texts []foundText) (decrypted []foundText, err error) {
	const sql = `SELECT person_id, wrapped FROM keys.persons WHERE person_id = ANY ($1)`
	persons := make([]uuid.UUID, 0, len(texts))
	for _, text := range texts {
		persons = append(persons, text.person)
	}
	ciphers := make(map[uuid.UUID]tink.AEAD)
	var person uuid.UUID
	var wrapped []byte
	err = r.wrapper.Pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&person, &wrapped}, func() (err error) {
			ciphers[person], err = r.ring.Unwrap(person, wrapped)
			return err
		})
		return err
	}, sql, persons)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		cipher, there := ciphers[text.person]
		if !there {
			continue
		}
		if text.text, err = personal.Decrypt(cipher, text.place, text.encrypted); err == nil {
			decrypted = append(decrypted, text)
		}
	}
	return decrypted, nil
}
