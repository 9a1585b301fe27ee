package personal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/rotation"
)

// Each person's key is encrypted by a wrapping key in a file. The program creates the first
// wrapping key only once, and only if the database contains no encrypted keys yet. If the path of
// the key file is a symbolic link whose target is missing, no key is created.
func TestTheFirstKeyIsTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fresh := "file://" + filepath.Join(t.TempDir(), "fresh.json")
	var made atomic.Int32
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			ok, err := keyfile.First(t.Context(), w.owner, fresh)
			if err != nil {
				t.Error(err)
			}
			if ok {
				made.Add(1)
			}
		})
	}
	both.Wait()
	if made.Load() != 1 {
		t.Errorf("%d have made it", made.Load())
	}
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink("/not/mounted/key.json", link); err != nil {
		t.Fatal(err)
	}
	if ok, err := keyfile.First(t.Context(), w.owner, "file://"+link); ok || err == nil {
		t.Errorf("a link to what is not there: %v, %v", ok, err)
	}
	w.register(unique, "zaphod@example.com")
	other := filepath.Join(t.TempDir(), "other.json")
	if ok, err := keyfile.First(t.Context(), w.owner, "file://"+other); ok || err == nil || !strings.Contains(err.Error(), "key ") {
		t.Errorf("with keys that another has wrapped: %v, %v", ok, err)
	}
	if _, err := os.Stat(other); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a file: %v", err)
	}
}

// A process that has the key file of another database can't register a person.
func TestAForeignKeyWrapsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	foreign := "file://" + filepath.Join(t.TempDir(), "foreign.json")
	if _, err := keyfile.New(foreign); err != nil {
		t.Fatal(err)
	}
	right, text := w.uri, w.file()
	w.uri = foreign
	w.store = eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: w.newKeys().Encrypt})
	await.Background(t, w.store.Run)
	if err := w.append(uuid.New(), event.NoStream, guest.Seen{Of: uuid.New(), Name: event.Private("Ford")}); !errors.Is(err, personal.ErrKeysAway) {
		t.Errorf("got %v", err)
	}
	if count := w.count(`SELECT count(*) FROM keys.persons`); count != 1 {
		t.Errorf("%d persons have a key", count)
	}
	w.write(text)
	if err := w.append(uuid.New(), event.NoStream, guest.Seen{Of: uuid.New(), Name: event.Private("Ford")}); err != nil {
		t.Errorf("once the right file is there: %v", err)
	}
	w.uri = right
}

// Some rows of the database are encrypted with an old key of the key file. The old key stays in the
// file, even if its status in the file is "disabled".
func TestADisabledKeyThatIsNeededStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	w.execute(`CREATE TABLE backup AS TABLE keys.persons`)
	w.rotate()
	w.execute(`ALTER TABLE keys.persons DISABLE TRIGGER refuse_retired; UPDATE keys.persons p SET wrapped = b.wrapped FROM backup b WHERE b.person_id = p.person_id;
		ALTER TABLE keys.persons ENABLE TRIGGER refuse_retired`)
	disabled := bytes.Replace(w.file(), []byte("ENABLED"), []byte("DISABLED"), 1)
	w.write(disabled)
	if taken, err := rotation.DropOld(t.Context(), w.owner, w.uri); !errors.Is(err, rotation.ErrNeeded) || taken != 0 || !strings.Contains(err.Error(), "DISABLED") {
		t.Errorf("%d, %v", taken, err)
	}
	if !bytes.Equal(w.file(), disabled) {
		t.Error("the file has changed")
	}
	w.write(bytes.Replace(disabled, []byte("DISABLED"), []byte("ENABLED"), 1))
	w.rotate()
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
}
