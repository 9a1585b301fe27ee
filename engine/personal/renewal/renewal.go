package renewal

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyring"
	"example.com/pgcqrs/engine/personal/lookup"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// renewedEvery is how many positions of the log a step goes through.
const renewedEvery = 1000

// renewal replaces the secret of the look-ups. The new one is stored, and by the time that look-ups are made by it every process
// searches by it as well as by the old one. Then the database refuses look-ups by the old one; those that there are
// are made anew, from the log, where the text is encrypted; and the old secret is destroyed. It is never
// encrypted by the operator's new key, so that no copy of the database has it in a form that this one decrypts.
type renewal struct {
	wrapper *wrapping.Wrapper
	ring    *keyring.Ring
	secrets *lookup.Reader
	pool    *pgxpool.Pool
	decode  event.Decode
}
