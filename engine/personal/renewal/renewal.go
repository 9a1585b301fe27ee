package renewal

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// renewedEvery is how many positions of the log a step covers.
const renewedEvery = 1000

// renewal replaces the secret of the look-ups. It stores the new one, and waits until every process
// searches with both. Then the new secret makes new look-ups, and the database refuses look-ups of
// the old one. The existing look-ups are made again from the log, where the text is encrypted.
// Last, the old secret is destroyed. It is never wrapped with the operator's new key, so that no
// copy of the database has it in a form that the new key decrypts.
type renewal struct {
	wrapper *wrapping.Wrapper
	ring    *keyring.Ring
	secrets *lookup.Reader
	pool    *pgxpool.Pool
	decode  event.Decode
}
