package renewal

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// renewedEvery is the number of positions of the log that one step covers.
const renewedEvery = 1000

// renewal replaces the secret of look-ups, which are the hashes by which searches find persons.
// First, renewal stores the new secret, and waits until every process that is not paused searches
// with the old and the new secret. From then on, new look-ups are made with the new secret, and the
// database refuses new look-ups that are made with the old secret. Then, renewal makes the existing
// look-ups again; the log has their texts in encrypted form. Last, renewal destroys the old secret.
// The operator's new key never wraps the old secret. For this reason no copy of the database has
// the old secret in a form that the operator's new key decrypts.
type renewal struct {
	wrapper *wrapping.Wrapper
	ring    *keyring.Ring
	secrets *lookup.Reader
	pool    *pgxpool.Pool
	decode  event.Decode
}
