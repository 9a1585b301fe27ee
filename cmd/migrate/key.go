package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/privacy"
)

// makeKey makes the key that wraps those of personal data, if there is none.
func makeKey(uri string, said *report) error {
	if uri == "" {
		return nil
	}
	made, err := privacy.NewKeyFile(uri)
	if err != nil {
		return fmt.Errorf("KEY_URI: %w", err)
	}
	if made {
		said.KeyMade = uri
		said.line("%s is new: keep a copy where no backup of the database is, for without it nothing personal can be read", uri)
	}
	return nil
}

// rotateKey wraps every person's key by a new one. Interrupted, it can be run again;
// what the old key has wrapped meanwhile can be read all the same.
func rotateKey(ctx context.Context, pool *pgxpool.Pool, uri string, said *report) error {
	if uri == "" {
		return errors.New("KEY_URI is not set: it says which key to rotate")
	}
	if err := privacy.RotateKeyFile(uri); err != nil {
		return fmt.Errorf("KEY_URI: %w", err)
	}
	operator, err := privacy.OperatorKey(uri)
	if err != nil {
		return fmt.Errorf("KEY_URI: %w", err)
	}
	count := 0
	err = privacy.New(pool, operator).Rewrap(ctx, func(done int) {
		if count = done; done%100_000 == 0 {
			said.line("%d keys wrapped by the new one", done)
		}
	})
	if err != nil {
		return err
	}
	said.KeysWrapped = &count
	said.line("all %d keys are wrapped by the new one; the old one is still in %s, for copies of the database: take it out when there are none", count, uri)
	return nil
}

func eraseAgain(ctx context.Context, pool *pgxpool.Pool, said *report) error {
	count, err := privacy.EraseAgain(ctx, pool, events.Erasing)
	if err != nil {
		return err
	}
	said.KeysDestroyed = &count
	said.line("%d keys of people who were erased had come back, and are destroyed", count)
	return nil
}
