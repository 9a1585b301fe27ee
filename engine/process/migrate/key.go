package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/erasure"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/rotation"
	"example.com/pgcqrs/engine/process/migrate/report"
)

// makeKey creates the wrapping key, which encrypts the keys of personal data. If the wrapping key
// already exists, makeKey does not create another one. makeKey fails if the database has keys that
// were wrapped with another key.
func makeKey(ctx context.Context, pool *pgxpool.Pool, uri string, said *report.Report) error {
	if uri == "" {
		return nil
	}
	made, err := keyfile.First(ctx, pool, uri)
	if err != nil {
		return fmt.Errorf("KEY_URI: %w", err)
	}
	if made {
		said.KeyMade = uri
		said.Line("%s is new: keep a copy where no backup of the database is, for without it nothing personal can be read", uri)
	}
	return nil
}

// rotateKey creates a new wrapping key and wraps every person's key with it. After an interruption,
// rotateKey can be called again.
func rotateKey(ctx context.Context, pool *pgxpool.Pool, uri string, decode event.Decode, said *report.Report) error {
	if uri == "" {
		return errors.New("KEY_URI is not set: it says which key to rotate")
	}
	said.Line("%s gets a new key, by which people are registered from now on: copy the file, again, wherever there is a copy", uri)
	count, lost, err := rotation.Run(ctx, pool, uri, decode, func(done int) {
		if done > 0 && done%100_000 == 0 {
			said.Line("%d keys wrapped by the new one", done)
		}
	})
	if err != nil {
		return fmt.Errorf("rotate KEY_URI: %w", err)
	}
	said.KeysWrapped = &count
	if len(lost) > 0 {
		return fmt.Errorf("%d keys are wrapped by the new one, and %d could not be, for no key in %s decrypts them, or they are damaged: see KeysUnreadable in docs/operations.md. They are of %s",
			count, len(lost), uri, some(lost))
	}
	said.Line("all keys are wrapped by the new one, %d of them now, and look-ups are made by a new secret; the old key is still in %s, for copies of the database: take it out by migrate drop-old-keys when there are none", count, uri)
	said.Line("no copy of the file from before decrypts what there is now: copy it now, to where no backup of the database is")
	return nil
}

// some returns a text for a message: the ids of the first 100 persons.
func some(persons []uuid.UUID) string {
	const most = 100
	said := make([]string, 0, most)
	for _, person := range persons[:min(most, len(persons))] {
		said = append(said, person.String())
	}
	if len(persons) > most {
		said = append(said, "…")
	}
	return strings.Join(said, ", ")
}

// dropOldKeys removes from the key file all wrapping keys that no row of the database needs.
func dropOldKeys(ctx context.Context, pool *pgxpool.Pool, uri string, said *report.Report) error {
	if uri == "" {
		return errors.New("KEY_URI is not set: it says which file to take keys out of")
	}
	taken, err := rotation.DropOld(ctx, pool, uri)
	if err != nil {
		return fmt.Errorf("no key was taken out of KEY_URI: %w", err)
	}
	said.KeysDropped = &taken
	said.Line("%d old keys are out of %s; copies of the database from before they were rotated can't be read any more where no copy of them is left", taken, uri)
	return nil
}

func eraseAgain(ctx context.Context, pool *pgxpool.Pool, erasing []string, said *report.Report) error {
	count, err := erasure.Again(ctx, pool, erasing)
	if err != nil {
		return err
	}
	said.KeysDestroyed = &count
	said.Line("%d keys of people who were erased had come back, and are destroyed", count)
	return nil
}
