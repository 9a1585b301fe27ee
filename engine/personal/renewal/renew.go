package renewal

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

const (
	knownAfter = 2 * operator.RereadAfter // after this time, every process that is not paused has read a new secret
	mostRenews = 5                        // largest number of tries of a step; a try fails if it conflicts with an append or another renewal
)

// renew replaces the look-ups (hashes) of the given texts that were made with old secrets. If an
// append changes the row of a look-up meanwhile, renew leaves the row as the append has written it.
func (r renewal) renew(ctx context.Context, texts []foundText) error {
	const sql = `UPDATE keys.lookups l SET index = n.index
		FROM unnest($1::text[], $2::bytea[], $3::uuid[], $4::bytea[]) AS n (field, old, person_id, index)
		WHERE l.field = n.field AND l.index = n.old AND l.person_id = n.person_id`
	secrets, err := r.secrets.Stored(ctx)
	if err != nil {
		return err
	}
	var fields []string
	var olds, indexes [][]byte
	var persons [][16]byte
	current := secrets.Current()
	for _, text := range texts {
		anew := current.Index(text.place.Field, text.text)
		for _, secret := range secrets {
			if secret.Number >= current.Number {
				continue
			}
			fields, olds = append(fields, text.place.Field), append(olds, secret.Index(text.place.Field, text.text))
			persons, indexes = append(persons, text.person), append(indexes, anew)
		}
	}
	_, err = r.pool.Exec(ctx, sql, fields, olds, persons, indexes)
	return err
}

// step reads the next events after a position. If the table has a look-up (hash) of a text of these
// events, and the look-up was made with an old secret, step replaces it. If the table has no such
// look-up, step adds none. Then the person has another text by now, or the look-up of the text is
// already made with the current secret.
func (r renewal) step(ctx context.Context, after int64) (err error) {
	texts, err := r.texts(ctx, after)
	for try := 1; err == nil && len(texts) > 0; try++ {
		if err = r.renew(ctx, texts); err == nil {
			return nil
		}
		if again := failure.Is(err, failure.UniqueViolation, failure.DeadlockDetected) || wrapping.ByRetired(err); again && try < mostRenews {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("make look-ups anew: %w", err)
	}
	return nil
}

// Run replaces the secret of look-ups (hashes by which searches find persons), and makes all
// look-ups again from the events of the log. The parameter wrapper unwraps the persons' keys for
// this work. Run needs the rights of the schema's owner.
func Run(ctx context.Context, pool *pgxpool.Pool, wrapper *wrapping.Wrapper, decode event.Decode) error {
	r := renewal{wrapper, keyring.New(wrapper), lookup.New(wrapper), pool, decode}
	number, err := r.store(ctx)
	if err != nil || number == 0 {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(knownAfter):
	}
	head, err := r.activate(ctx, number)
	if err != nil {
		return err
	}
	for last := int64(0); last < head; last += renewedEvery {
		if err := r.step(ctx, last); err != nil {
			return err
		}
	}
	return r.destroyBefore(ctx, number)
}
