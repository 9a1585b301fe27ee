package renewal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// secretsBefore returns the names of the secrets that have lower numbers than the given number.
func secretsBefore(ctx context.Context, tx pgx.Tx, number uint32) (before []string, err error) {
	rows, _ := tx.Query(ctx, `SELECT name FROM keys.secrets`) // CollectRows returns the error of Query
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	before = []string{}
	for _, name := range names {
		if n := lookup.Number(name); n > 0 && n < number {
			before = append(before, name)
		}
	}
	return before, err
}

// retiredPrefix returns the prefix that identifies a secret of look-ups in the table keys.retired.
// numberOfRetired returns the number of the secret that such a prefix identifies.
func retiredPrefix(number uint32) []byte { return append([]byte{2}, lookup.Mark(number)...) }

func numberOfRetired(prefix []byte) (number uint32) {
	for _, b := range prefix[1:] {
		number = number<<8 | uint32(b)
	}
	return number
}

// store stores a new secret and returns its number. No look-ups (hashes) are made with the new
// secret yet. If there is no secret to replace, store stores nothing and returns 0.
func (r renewal) store(ctx context.Context) (number uint32, err error) {
	const last = `SELECT prefix FROM keys.retired WHERE substr(prefix, 1, 1) = '\x02' ORDER BY 1 DESC LIMIT 1`
	err = wrapping.InTurns(ctx, r.pool, func(tx pgx.Tx) error {
		number = 0
		rows, _ := tx.Query(ctx, `SELECT name FROM keys.secrets`) // CollectRows returns the error of Query
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("read the keys of the look-ups: %w", err)
		}
		for _, name := range names {
			number = max(number, lookup.Number(name))
		}
		if number == 0 {
			return nil
		}
		var retired []byte
		if err := tx.QueryRow(ctx, last).Scan(&retired); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("read the keys that were rotated: %w", err)
		} else if err == nil {
			number = max(number, numberOfRetired(retired))
		}
		number++
		key := make([]byte, wrapping.KeyBytes)
		_, _ = rand.Read(key)                                    // rand.Read never fails
		if _, err := r.wrapper.Operator.Prefixes(); err != nil { // Prefixes reads the newest key from the file; no other rotation changes the file meanwhile
			return err
		}
		wrapped, err := r.wrapper.Operator.Encrypt(key, []byte(lookup.Name(number)))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped, active) VALUES ($1, $2, false)`, lookup.Name(number), wrapped)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store a new key of look-ups: %w", err)
	}
	return number, nil
}

// activate makes the secret with the given number the active one: from then on, new look-ups
// (hashes) are made with this secret. activate also retires the earlier secrets: from then on, the
// database refuses new look-ups that are made with an earlier secret. The result head is the
// position of the log's last event. The look-ups of events after this position are made with the
// active secret or with a later secret.
func (r renewal) activate(ctx context.Context, number uint32) (head int64, err error) {
	err = wrapping.InTurns(ctx, r.pool, func(tx pgx.Tx) error {
		before, err := secretsBefore(ctx, tx, number)
		if err != nil {
			return err
		}
		var prefixes [][]byte
		for _, name := range before {
			prefixes = append(prefixes, retiredPrefix(lookup.Number(name)))
		}
		if _, err := tx.Exec(ctx, `UPDATE keys.secrets SET active = true WHERE name = $1`, lookup.Name(number)); err != nil {
			return err
		}
		if err := wrapping.Retire(ctx, tx, prefixes); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT `+logsql.Head).Scan(&head)
	})
	if err != nil {
		return 0, fmt.Errorf("make look-ups by the new key: %w", err)
	}
	return head, nil
}

// destroyBefore destroys the secrets with lower numbers than the given number. destroyBefore also
// deletes the look-ups (hashes) that were made with these secrets and have not been replaced. No
// event in the log has the text of such a look-up in a form that can be decrypted.
func (r renewal) destroyBefore(ctx context.Context, number uint32) error {
	const rest = `DELETE FROM keys.lookups WHERE length(index) <> 36 OR substr(index, 1, 4) < $1`
	err := wrapping.InTurns(ctx, r.pool, func(tx pgx.Tx) error {
		before, err := secretsBefore(ctx, tx, number)
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM keys.secrets WHERE name = ANY ($1)`, before)
		}
		return err
	})
	if err == nil {
		_, err = r.pool.Exec(ctx, rest, lookup.Mark(number))
	}
	if err != nil {
		return fmt.Errorf("destroy the old key of look-ups: %w", err)
	}
	return nil
}
