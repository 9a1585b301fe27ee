package privacy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/database"
)

var (
	// ErrErased says that the person's key was destroyed: nobody can read it any more.
	ErrErased = errors.New("the person was erased")

	// ErrKeysAway says that keys can't be had now: nothing was sealed, and it is not known
	// what there is. It is never a reason to take somebody for erased.
	ErrKeysAway = errors.New("the keys of personal data can't be had")
)

const (
	held     = 50_000          // persons whose keys are in memory
	heldFor  = 5 * time.Second // how long: that is how long a process can read a person whom another has erased
	keyBytes = 32
	fetchFor = 5 * time.Second
)

// Keys are the persons' keys. It can be used from many goroutines.
type Keys struct {
	pool     places
	operator Operator
	ciphers  *expirable.LRU[uuid.UUID, tink.AEAD]
	fresh    *expirable.LRU[uuid.UUID, personKey] // keys that are not stored yet, as far as is known
	makes    sync.Mutex                           // one key for each
	finding  *database.Gather[uuid.UUID, foundKey]
	reading  *database.Gather[struct{}, lookupSecrets]
	secrets  atomic.Pointer[readSecrets] // those of look-ups; nil: not read yet
	proven   atomic.Pointer[[]byte]      // what the operator's key wraps begins with, since that is known for the database's
}

// New makes Keys on a pool that leads to the primary.
func New(pool *pgxpool.Pool, operator Operator) *Keys {
	k := &Keys{pool: newPlaces(pool), operator: operator}
	k.ciphers = expirable.NewLRU[uuid.UUID, tink.AEAD](held, nil, heldFor)
	k.fresh = expirable.NewLRU[uuid.UUID, personKey](held, nil, heldFor)
	k.finding = database.NewGather(k.find)
	k.reading = database.NewGather(k.readLookupSecrets)
	return k
}

// Most returns how many of the pool's connections keys take at most.
func (k *Keys) Most() int { return cap(k.pool.free) }

// Forget drops a person's key from memory.
func (k *Keys) Forget(person uuid.UUID) {
	k.ciphers.Remove(person)
	k.fresh.Remove(person)
}

// ForgetAll drops everything from memory: the database went back, and keys that were made
// since may not be there any more. What is sealed by one of them could never be opened.
func (k *Keys) ForgetAll() {
	k.ciphers.Purge()
	k.fresh.Purge()
	k.secrets.Store(nil)
	k.proven.Store(nil)
}

// cipher is a person's, as it is.
func (k *Keys) cipher(ctx context.Context, person uuid.UUID) (tink.AEAD, error) {
	// Who was erased is, whatever a restored backup has brought back.
	const sql = `SELECT ''::bytea, true FROM keys.erased WHERE person_id = $1
		UNION ALL SELECT wrapped, false FROM keys.persons WHERE person_id = $1 ORDER BY 2 DESC LIMIT 1`
	if cipher, ok := k.ciphers.Get(person); ok {
		return cipher, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchFor)
	defer cancel()
	var wrapped []byte
	var erased bool
	err := k.pool.QueryRow(ctx, sql, []any{person}, &wrapped, &erased)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("%w: there is none for person %s, who was not erased", ErrKeysAway, person)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrKeysAway, err)
	case erased:
		return nil, ErrErased
	}
	return k.unwrap(person, wrapped)
}

func (k *Keys) unwrap(person uuid.UUID, wrapped []byte) (tink.AEAD, error) {
	key, err := k.operator.Decrypt(wrapped, wrappedFor(person))
	if err != nil {
		return nil, fmt.Errorf("%w: unwrap that of person %s: %w", ErrKeysAway, person, err)
	}
	return k.hold(person, key)
}

// hold keeps a person's key in memory.
func (k *Keys) hold(person uuid.UUID, key []byte) (tink.AEAD, error) {
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	k.ciphers.Add(person, cipher)
	return cipher, nil
}

func wrappedFor(person uuid.UUID) []byte { return []byte("person " + person.String()) }

// byRetired reports whether the database has refused what a key wrapped that was rotated meanwhile: the operator's
// key has to be read again.
func byRetired(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refusal.Code == "23514" && refusal.ConstraintName == "not_retired"
}
