package privacy

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// want is a person who needs a key, and a text that they are to be found by, if any.
type want struct {
	person uuid.UUID
	field  string
	index  string // bytes; "" is none
}

// made is a person's cipher, which is made if there is none yet, and lets them be found.
// Who asks at the same time shares a statement, and its commit.
func (k *Keys) made(ctx context.Context, wants []want) (tink.AEAD, error) {
	person := wants[0].person
	for _, w := range wants {
		if _, known := k.noted.Get(w); known {
			continue
		}
		failed, err := k.making.Get(ctx, w)
		if err = cmp.Or(err, failed); err != nil {
			return nil, err
		}
		k.noted.Add(w, struct{}{})
	}
	return k.cipher(ctx, person)
}

// makeAll makes what is not there. If one is refused, for its person was erased, the
// others must not be: each then goes alone.
func (k *Keys) makeAll(ctx context.Context, wants []want) (map[want]error, error) {
	failed := make(map[want]error, len(wants))
	err := k.makeSome(ctx, wants)
	for _, w := range wants {
		failed[w] = err
		if err != nil && len(wants) > 1 {
			failed[w] = k.makeSome(ctx, []want{w})
		}
	}
	return failed, nil
}

func (k *Keys) makeSome(ctx context.Context, wants []want) error {
	const sql = `
		WITH made AS (
		    INSERT INTO keys.persons (person_id, wrapped)
		    SELECT person_id, wrapped FROM unnest($1::uuid[], $2::bytea[]) AS p (person_id, wrapped)
		    ON CONFLICT DO NOTHING RETURNING person_id, wrapped
		), noted AS (
		    INSERT INTO keys.lookups (field, index, person_id)
		    SELECT field, index, person_id FROM unnest($3::text[], $4::bytea[], $5::uuid[]) AS l (field, index, person_id) ON CONFLICT DO NOTHING
		)
		SELECT person_id, wrapped FROM made`
	var persons, found [][16]byte
	var wrapped, indexes [][]byte
	var fields []string
	keys := make(map[uuid.UUID][]byte)
	slices.SortFunc(wants, func(a, b want) int { return cmp.Compare(a.person.String(), b.person.String()) }) // or two could wait for each other
	for _, w := range wants {
		if w.index != "" {
			fields, indexes, found = append(fields, w.field), append(indexes, []byte(w.index)), append(found, w.person)
		}
		if keys[w.person] != nil {
			continue
		}
		key := make([]byte, keyBytes)
		_, _ = rand.Read(key) // it never fails
		sealed, err := k.operator.Encrypt(key, wrappedFor(w.person))
		if err != nil {
			return fmt.Errorf("%w: wrap: %w", ErrKeysAway, err)
		}
		keys[w.person] = key
		persons, wrapped = append(persons, w.person), append(wrapped, sealed)
	}
	rows, err := k.pool.Query(ctx, sql, persons, wrapped, fields, indexes, found)
	if err != nil {
		return asErased(err)
	}
	var person uuid.UUID
	var ours []byte
	_, err = pgx.ForEachRow(rows, []any{&person, &ours}, func() error {
		_, err := k.hold(person, keys[person]) // there was none: the next read may be spared
		return err
	})
	if err != nil {
		return asErased(err)
	}
	return nil
}
