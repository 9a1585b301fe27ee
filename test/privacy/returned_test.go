package privacy_test

import (
	"errors"
	"testing"

	"example.com/pgcqrs/internal/privacy"
	"example.com/pgcqrs/test/await"
)

// A process is not ready while somebody who was erased has a key, which a restored backup has brought back.
func TestAKeyThatHasComeBackIsNoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	erasing := []string{guestErased{}.EventType()}
	id, _ := w.register(unique, "zaphod@example.com")
	w.register("Ford", "ford@example.com")
	well := privacy.NewReturned(w.pool, erasing)
	if well.Check(t.Context()) == nil {
		t.Error("all is said to be well before anybody has looked")
	}
	await.Background(t, well.Run)
	await.True(t, "nobody is found", func() bool { return well.Check(t.Context()) == nil })

	if _, err := w.owner.Exec(t.Context(), `CREATE TABLE backup AS TABLE keys.persons`); err != nil {
		t.Fatal(err)
	}
	w.erase(id, 1)
	for _, sql := range []string{`DELETE FROM keys.erased`, `INSERT INTO keys.persons TABLE backup ON CONFLICT DO NOTHING`} {
		if _, err := w.owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	started := privacy.NewReturned(w.pool, erasing)
	await.Background(t, started.Run)
	await.True(t, "the key is found", func() bool { return errors.Is(started.Check(t.Context()), privacy.ErrReturned) })
	if count, err := privacy.EraseAgain(t.Context(), w.owner, erasing); err != nil || count != 1 {
		t.Fatal(count, err)
	}
	await.True(t, "all is well again", func() bool { return started.Check(t.Context()) == nil })
}
