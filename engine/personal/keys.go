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
	// ErrErased says that the person's key was destroyed: nobody can read it any more.
	ErrErased = keyring.ErrErased

	// ErrKeysAway says that keys can't be had now: nothing was encrypted, and it is not known
	// what there is. It is never a reason to take somebody for erased.
	ErrKeysAway = wrapping.ErrKeysAway
)

// Keys encrypt and decrypt by the persons' keys. They can be used from many goroutines.
type Keys struct {
	wrapper *wrapping.Wrapper
	ring    *keyring.Ring
	secrets *lookup.Reader // of look-ups
}

// New makes Keys on a pool that leads to the primary.
func New(pool *pgxpool.Pool, key operator.Key) *Keys {
	wrapper := wrapping.New(pool, key)
	return &Keys{wrapper: wrapper, ring: keyring.New(wrapper), secrets: lookup.New(wrapper)}
}

// Most returns how many of the pool's connections keys take at most.
func (k *Keys) Most() int { return k.wrapper.Pool.Most() }

// Forget drops a person's key from memory.
func (k *Keys) Forget(person uuid.UUID) { k.ring.Forget(person) }

// ForgetAll drops everything from memory: the database went back, and keys that were made
// since may not be there any more. A text that is encrypted by one of them could never be decrypted.
func (k *Keys) ForgetAll() {
	k.ring.ForgetAll()
	k.secrets.Forget()
	k.wrapper.Forget()
}

// refused forgets what the database has refused of a person, with the secrets of look-ups, and reads the operator's key again.
func (k *Keys) refused(person uuid.UUID) error {
	k.Forget(person)
	k.secrets.Forget()
	if _, err := k.wrapper.Operator.Prefixes(); err != nil {
		return fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	return fmt.Errorf("%w: the database refuses what they are wrapped by, or look-ups are made by: the key was rotated, and not in this KEY_URI", ErrKeysAway)
}
