package privacy

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/event"
)

// renewal replaces the secret of the look-ups. The new one is stored, and by the time that look-ups are made by it every process
// searches by it as well as by the old one. Then the database refuses look-ups by the old one; those that there are
// are made anew, from the log, where the text is encrypted; and the old secret is destroyed. It is never
// encrypted by the operator's new key, so that no copy of the database has it in a form that this one opens.
type renewal struct {
	keys   *Keys
	pool   *pgxpool.Pool
	decode event.Decode
}

const (
	knownAfter   = 2 * rereadAfter // every process that is not paused has read a new secret
	renewedEvery = 1000            // positions of the log that a step goes through
	mostRenews   = 5               // tries of a step that meets an append, or another renewal
)

func (r renewal) run(ctx context.Context) error {
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

// store stores a new secret, by which nothing is made yet, and returns its number; 0: there is nothing to renew.
func (r renewal) store(ctx context.Context) (number uint32, err error) {
	const last = `SELECT prefix FROM keys.retired WHERE substr(prefix, 1, 1) = '\x02' ORDER BY 1 DESC LIMIT 1`
	err = inTurns(ctx, r.pool, func(tx pgx.Tx) error {
		number = 0
		rows, _ := tx.Query(ctx, `SELECT name FROM keys.secrets`) // its error is that of the rows
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("read the keys of the look-ups: %w", err)
		}
		for _, name := range names {
			number = max(number, numberOfLookup(name))
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
		key := make([]byte, keyBytes)
		_, _ = rand.Read(key)                                 // it never fails
		if _, err := r.keys.operator.Prefixes(); err != nil { // reads the newest key, which nobody rotates meanwhile
			return err
		}
		wrapped, err := r.keys.operator.Encrypt(key, []byte(nameOfLookup(number)))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped, active) VALUES ($1, $2, false)`, nameOfLookup(number), wrapped)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store a new key of look-ups: %w", err)
	}
	return number, nil
}

// activate has look-ups made by a secret, and refused by those before it. It returns the log's head: what follows is made by it,
// or by a later one.
func (r renewal) activate(ctx context.Context, number uint32) (head int64, err error) {
	err = inTurns(ctx, r.pool, func(tx pgx.Tx) error {
		before, err := secretsBefore(ctx, tx, number)
		if err != nil {
			return err
		}
		var prefixes [][]byte
		for _, name := range before {
			prefixes = append(prefixes, retiredPrefix(numberOfLookup(name)))
		}
		if _, err := tx.Exec(ctx, `UPDATE keys.secrets SET active = true WHERE name = $1`, nameOfLookup(number)); err != nil {
			return err
		}
		if err := retire(ctx, tx, prefixes); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT coalesce(max(position), 0) FROM events`).Scan(&head)
	})
	if err != nil {
		return 0, fmt.Errorf("make look-ups by the new key: %w", err)
	}
	return head, nil
}

// destroyBefore destroys the secrets before one, and the look-ups that nothing in the log explains.
func (r renewal) destroyBefore(ctx context.Context, number uint32) error {
	const rest = `DELETE FROM keys.lookups WHERE length(index) <> 36 OR substr(index, 1, 4) < $1`
	err := inTurns(ctx, r.pool, func(tx pgx.Tx) error {
		before, err := secretsBefore(ctx, tx, number)
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM keys.secrets WHERE name = ANY ($1)`, before)
		}
		return err
	})
	if err == nil {
		_, err = r.pool.Exec(ctx, rest, mark(number))
	}
	if err != nil {
		return fmt.Errorf("destroy the old key of look-ups: %w", err)
	}
	return nil
}

// secretsBefore returns the names of the secrets of look-ups before one.
func secretsBefore(ctx context.Context, tx pgx.Tx, number uint32) (before []string, err error) {
	rows, _ := tx.Query(ctx, `SELECT name FROM keys.secrets`) // its error is that of the rows
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	before = []string{}
	for _, name := range names {
		if n := numberOfLookup(name); n > 0 && n < number {
			before = append(before, name)
		}
	}
	return before, err
}

// retiredPrefix returns how keys.retired names a secret of look-ups, and numberOfRetired the number of that.
func retiredPrefix(number uint32) []byte { return append([]byte{2}, mark(number)...) }

func numberOfRetired(prefix []byte) (number uint32) {
	for _, b := range prefix[1:] {
		number = number<<8 | uint32(b)
	}
	return number
}

// step makes the look-ups anew that the events after a position have led to. It looks for what the old secrets make of
// each text: what is not there any more, the person is not found by.
func (r renewal) step(ctx context.Context, after int64) (err error) {
	texts, err := r.texts(ctx, after)
	for try := 1; err == nil && len(texts) > 0; try++ {
		if err = r.renew(ctx, texts); err == nil {
			return nil
		}
		refusal, ok := errors.AsType[*pgconn.PgError](err)
		if again := ok && (refusal.Code == "23505" || refusal.Code == "40P01" || byRetired(err)); again && try < mostRenews {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("make look-ups anew: %w", err)
	}
	return nil
}

// foundText is text that a person may be found by, encrypted and in clear.
type foundText struct {
	person uuid.UUID
	place  event.Place
	sealed event.Personal
	text   string
}

// texts returns what the persons of a step's events may be found by, in clear, of those who are found by an old secret.
func (r renewal) texts(ctx context.Context, after int64) (texts []foundText, err error) {
	const some = `SELECT stream_type, stream_id, version, type, schema_version, data FROM events
		WHERE position > $1 AND position <= $1 + $2 AND data::text LIKE '%"sealed.1.%'`
	var e event.Recorded
	err = r.keys.pool.Query(ctx, func(rows pgx.Rows) error {
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
	}, some, after, renewedEvery)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	return r.decrypt(ctx, texts)
}

// findable returns what an event's person may be found by.
func findable(e event.Recorded) (texts []foundText) {
	personal, ok := e.Event.(event.PersonalEvent)
	if !ok {
		return nil
	}
	personal.EachPersonal(func(field event.Field, value *event.Personal) {
		if field.Findable && value.Sealed() != "" {
			place := event.Place{StreamType: e.StreamType, StreamID: e.StreamID, Version: e.Version, Field: field.Name}
			texts = append(texts, foundText{person: personal.Person(e.StreamID), place: place, sealed: *value})
		}
	})
	return texts
}

// decrypt returns the texts that it can decrypt. Another one finds nobody, for nobody can compare it.
func (r renewal) decrypt(ctx context.Context, texts []foundText) (opened []foundText, err error) {
	const sql = `SELECT person_id, wrapped FROM keys.persons WHERE person_id = ANY ($1)`
	persons := make([]uuid.UUID, 0, len(texts))
	for _, text := range texts {
		persons = append(persons, text.person)
	}
	ciphers := make(map[uuid.UUID]tink.AEAD)
	var person uuid.UUID
	var wrapped []byte
	err = r.keys.pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&person, &wrapped}, func() (err error) {
			ciphers[person], err = r.keys.unwrap(person, wrapped)
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
		if text.text, err = open(cipher, text.place, text.sealed); err == nil {
			opened = append(opened, text)
		}
	}
	return opened, nil
}

// renew replaces the indexes of texts that old secrets have made. A row that an append changes meanwhile is as the append leaves it.
func (r renewal) renew(ctx context.Context, texts []foundText) error {
	const sql = `UPDATE keys.lookups l SET index = n.index
		FROM unnest($1::text[], $2::bytea[], $3::uuid[], $4::bytea[]) AS n (field, old, person_id, index)
		WHERE l.field = n.field AND l.index = n.old AND l.person_id = n.person_id`
	secrets, err := r.keys.storedSecrets(ctx)
	if err != nil {
		return err
	}
	var fields []string
	var olds, indexes [][]byte
	var persons [][16]byte
	current := secrets.current()
	for _, text := range texts {
		anew := current.index(text.place.Field, text.text)
		for _, secret := range secrets {
			if secret.number >= current.number {
				continue
			}
			fields, olds = append(fields, text.place.Field), append(olds, secret.index(text.place.Field, text.text))
			persons, indexes = append(persons, text.person), append(indexes, anew)
		}
	}
	_, err = r.pool.Exec(ctx, sql, fields, olds, persons, indexes)
	return err
}
