package personal

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

var (
	// ErrErased says that the person's key was destroyed, so that nobody can read the person's text
	// any more.
	ErrErased = keyring.ErrErased

	// ErrKeysAway says that keys can't be reached now. In this case nothing was encrypted, and it
	// is not known which keys exist. ErrKeysAway never means that a person was erased.
	ErrKeysAway = wrapping.ErrKeysAway
)

// Keys encrypts and decrypts with the persons' keys. Keys is safe for concurrent use.
type Keys struct {
	wrapper *wrapping.Wrapper
	ring    *keyring.Ring
	secrets *lookup.Reader // reads the secrets of look-ups
}

// New returns Keys. The pool must connect to the primary.
func New(pool *pgxpool.Pool, key operator.Key) *Keys {
	wrapper := wrapping.New(pool, key)
	return &Keys{wrapper: wrapper, ring: keyring.New(wrapper), secrets: lookup.New(wrapper)}
}

// Most returns the largest number of connections of the pool that Keys uses at a time.
func (k *Keys) Most() int { return k.wrapper.Pool.Most() }

// Forget drops a person's key from memory.
func (k *Keys) Forget(person uuid.UUID) { k.ring.Forget(person) }

// ForgetAll drops all keys from memory. ForgetAll must be called after the database has returned to
// an earlier state. The database may then lack newer keys, and nobody could ever decrypt a text
// that is encrypted with a missing key.
func (k *Keys) ForgetAll() {
	k.ring.ForgetAll()
	k.secrets.Forget()
	k.wrapper.Forget()
}

// refused must be called after the database has refused a person's key or a hash of a text. refused
// drops this person's key and the secrets of the hashes from memory, and reads the operator's key
// again. refused returns the error that the append returns if it does not try again.
func (k *Keys) refused(person uuid.UUID) error {
	k.Forget(person)
	k.secrets.Forget()
	if _, err := k.wrapper.Operator.Prefixes(); err != nil {
		return fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	return fmt.Errorf("%w: the database refuses what they are wrapped by, or look-ups are made by: the key was rotated, and not in this KEY_URI", ErrKeysAway)
}
