package privacy

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// lookupSecret is a key of the HMACs that persons are found by. The first has number 1, and each rotation makes another.
type lookupSecret struct {
	number uint32
	key    []byte
	active bool // new look-ups are made by the newest that is
}

// lookupSecrets are all that look-ups are searched by, the newest first.
type lookupSecrets []lookupSecret

// lookupName is the name of the first in keys.secrets.
const lookupName = "lookups"

// nameOfLookup returns the name of the secret of a number.
func nameOfLookup(number uint32) string {
	if number == 1 {
		return lookupName
	}
	return lookupName + " " + strconv.FormatUint(uint64(number), 10)
}

// numberOfLookup returns the number of the secret of a name; 0: it is none.
func numberOfLookup(name string) uint32 {
	if name == lookupName {
		return 1
	}
	digits, _ := strings.CutPrefix(name, lookupName+" ")
	number, _ := strconv.ParseUint(digits, 10, 32) // 0 where it fails
	return uint32(number)
}

// mark returns what the indexes of a later secret than the first begin with.
func mark(number uint32) []byte { return binary.BigEndian.AppendUint32(nil, number) }

// index returns what a text is found by in a field.
func (s lookupSecret) index(field, text string) []byte {
	var index []byte
	if s.number > 1 {
		index = mark(s.number)
	}
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(field + "\n" + Fold(text)))
	return sum.Sum(index)
}

// current returns the secret that new look-ups are made by.
func (all lookupSecrets) current() lookupSecret {
	for _, secret := range all {
		if secret.active {
			return secret
		}
	}
	return all[len(all)-1]
}

// readSecrets are secrets as they were read.
type readSecrets struct {
	all lookupSecrets
	at  time.Time
}

// lookupSecrets returns the secrets as they were a second ago at most.
func (k *Keys) lookupSecrets(ctx context.Context) (lookupSecrets, error) {
	if held := k.secrets.Load(); held != nil && time.Since(held.at) < rereadAfter {
		return held.all, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchFor)
	defer cancel()
	all, err := k.reading.Get(ctx, struct{}{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	return all, nil
}

// readLookupSecrets reads the secrets, for all who wait for them, and makes the first if there is none.
func (k *Keys) readLookupSecrets(ctx context.Context, _ []struct{}) (map[struct{}]lookupSecrets, error) {
	at := time.Now()
	all, err := k.storedSecrets(ctx)
	if err == nil && len(all) == 0 {
		if err = k.makeFirst(ctx); err == nil {
			all, err = k.storedSecrets(ctx) // perhaps another's, who was quicker
		}
	}
	if err == nil && len(all) == 0 {
		err = errors.New("there is no key of look-ups")
	}
	if err != nil {
		return nil, err
	}
	k.secrets.Store(&readSecrets{all, at})
	return map[struct{}]lookupSecrets{{}: all}, nil
}

// storedSecrets reads the secrets. It returns none where none was made yet.
func (k *Keys) storedSecrets(ctx context.Context) (all lookupSecrets, err error) {
	const sql = `SELECT name, wrapped, active FROM keys.secrets WHERE name = $1 OR name LIKE $1 || ' %'`
	var name string
	var wrapped []byte
	var active bool
	err = k.pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&name, &wrapped, &active}, func() error {
			key, err := k.operator.Decrypt(wrapped, []byte(name))
			if err != nil {
				return fmt.Errorf("unwrap the key of the look-ups: %w", err)
			}
			all = append(all, lookupSecret{numberOfLookup(name), key, active})
			return nil
		})
		return err
	}, sql, lookupName)
	slices.SortFunc(all, func(a, b lookupSecret) int { return int(b.number) - int(a.number) })
	return all, err
}

// makeFirst stores the first secret, unless there is one.
func (k *Keys) makeFirst(ctx context.Context) error {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails
	return k.byNewest(func() error {
		wrapped, err := k.wrap(ctx, key, []byte(lookupName))
		if err != nil {
			return err
		}
		_, err = k.pool.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`, lookupName, wrapped)
		return err
	})
}
