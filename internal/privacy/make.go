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

// note is that a person can be found by a text in a field, of which it has no more than
// a hash of this process's own.
type note struct {
	person uuid.UUID
	field  string
	sum    uint64
}

// want is a person who needs a key, and what they are to be found by, if anything.
type want struct {
	note
	index string // bytes; "" is none
}

// made is a person's cipher, after what is wanted for them is there. Who asks at the same
// time shares a statement, and its commit.
func (k *Keys) made(ctx context.Context, person uuid.UUID, wants []want) (tink.AEAD, error) {
	for _, w := range wants {
		failed, err := k.making.Get(ctx, w)
		if err = cmp.Or(err, failed); err != nil {
			return nil, err
		}
		if w.index != "" {
			k.noted.Add(w.note, struct{}{})
		}
	}
	return k.cipher(ctx, person)
}

// makeAll makes what is not there. If one is refused, for its person was erased, the
// others must not be: each then goes alone.
func (k *Keys) makeAll(ctx context.Context, wants []want) (map[want]error, error) {
	failed := make(map[want]error, len(wants))
	err := k.byNewest(func() error { return k.makeSome(ctx, wants) })
	for _, w := range wants {
		failed[w] = err
		if err != nil && len(wants) > 1 {
			failed[w] = k.byNewest(func() error { return k.makeSome(ctx, []want{w}) })
		}
	}
	return failed, nil
}

// makeSome makes keys and look-ups where there are none, and holds the keys that there
// are then: one statement, whether a person is new or only out of memory.
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
		SELECT person_id, wrapped, true FROM made
		UNION ALL SELECT person_id, wrapped, false FROM keys.persons p
		WHERE person_id = ANY ($1) AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p.person_id)`
	slices.SortFunc(wants, func(a, b want) int { return cmp.Compare(a.person.String(), b.person.String()) }) // or two could wait for each other
	keys, persons, wrapped, err := k.newKeys(wants)
	if err != nil {
		return err
	}
	var found [][16]byte
	var indexes [][]byte
	var fields []string
	for _, w := range wants {
		if w.index != "" {
			fields, indexes, found = append(fields, w.field), append(indexes, []byte(w.index)), append(found, w.person)
		}
	}
	var person uuid.UUID
	var stored []byte
	var ours bool
	keep := func() error {
		if ours {
			_, err := k.hold(person, keys[person])
			return err
		}
		_, _ = k.unwrap(person, stored) // one that fails to is told so when it seals, and not the others
		return nil
	}
	err = k.pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&person, &stored, &ours}, keep)
		return err
	}, sql, persons, wrapped, fields, indexes, found)
	if err != nil {
		return asErased(err)
	}
	return nil
}

// newKeys are a key for each person, should there be none yet, as it is and wrapped.
func (k *Keys) newKeys(wants []want) (keys map[uuid.UUID][]byte, persons [][16]byte, wrapped [][]byte, err error) {
	keys = make(map[uuid.UUID][]byte, len(wants))
	for _, w := range wants {
		if keys[w.person] != nil {
			continue
		}
		key := make([]byte, keyBytes)
		_, _ = rand.Read(key) // it never fails
		sealed, err := k.operator.Encrypt(key, wrappedFor(w.person))
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%w: wrap: %w", ErrKeysAway, err)
		}
		keys[w.person] = key
		persons, wrapped = append(persons, w.person), append(wrapped, sealed)
	}
	return keys, persons, wrapped, nil
}
