package personal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/personal/rotation"
)

func (w *world) path() string { return strings.TrimPrefix(w.uri, "file://") }

func (w *world) file() []byte {
	w.t.Helper()
	text, err := os.ReadFile(w.path())
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func (w *world) write(text []byte) {
	w.t.Helper()
	if err := os.WriteFile(w.path(), text, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// paused calls a function in the middle of a key rotation. At this moment, the rotation has taken
// its lock in the database, and has not yet replaced the key file.
type paused struct {
	do   func(conn *pgx.Conn)
	once sync.Once
}

func (p *paused) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.Contains(data.SQL, "FROM keys.retired") {
		p.once.Do(func() { p.do(conn) })
	}
	return ctx
}

func (p *paused) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A rotation reads the key file and later replaces it. If the rotation was paused or interrupted
// meanwhile, it must not replace a newer file by an older one.
func TestAPausedRotationReplacesNothingNewer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *world) error{
		"rotate-key": func(w *world) error {
			_, _, err := rotation.Run(w.t.Context(), w.owner, w.uri, guest.Decode, func(int) {})
			return err
		},
		"drop-old-keys": func(w *world) error {
			_, err := rotation.DropOld(w.t.Context(), w.owner, w.uri)
			return err
		},
	} {
		for meanwhile, do := range map[string]func(w *world, conn *pgx.Conn){
			"its session ends": func(w *world, conn *pgx.Conn) {
				if _, err := w.owner.Exec(w.t.Context(), `SELECT pg_terminate_backend($1, 5000)`, conn.PgConn().PID()); err != nil {
					w.t.Error(err)
				}
			},
			"another host replaces the file": func(w *world, _ *pgx.Conn) { w.write(append(w.file(), '\n')) },
		} {
			t.Run(name+"/"+meanwhile, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				id, encrypted := w.register(unique, "zaphod@example.com")
				w.rotate()
				slow := *w
				var after []byte
				slow.owner = w.traced(&paused{do: func(conn *pgx.Conn) {
					do(w, conn)
					after = w.file()
					ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
					defer cancel()
					if _, _, err := rotation.Run(ctx, w.owner, w.uri, guest.Decode, func(int) {}); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("another does not wait: %v", err)
					}
					if !bytes.Equal(w.file(), after) {
						t.Error("another has changed the file at the same time")
					}
				}})
				if err := change(&slow); err == nil {
					t.Error("it says nothing")
				}
				if !bytes.Equal(w.file(), after) {
					t.Error("it has replaced the file")
				}
				w.rotate()
				if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
					t.Errorf("read %q, %v", text, err)
				}
			})
		}
	}
}

// If two rotations are started at the same time, the second rotation waits until the first rotation
// has ended. Without this wait, the second rotation could encrypt, with its own new key, a secret
// that the first rotation is about to destroy. If somebody has copied the database at that moment,
// a later key file could decrypt the copy.
func TestRotationsTakeTurns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	var once sync.Once
	_, _, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {
		once.Do(func() { // the keys are wrapped, and the lookups are not changed yet
			before := w.file()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if _, _, err := rotation.Run(ctx, w.owner, w.uri, guest.Decode, func(int) {}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("another does not wait: %v", err)
			}
			if !bytes.Equal(w.file(), before) {
				t.Error("another has given the file a key at the same time")
			}
		})
	})
	if err != nil {
		t.Error(err)
	}
	w.rotate()
}

func (w *world) traced(tracer pgx.QueryTracer) *pgxpool.Pool {
	w.t.Helper()
	config, err := pgxpool.ParseConfig(w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	config.ConnConfig.Tracer = tracer
	pool, err := pgxpool.NewWithConfig(w.t.Context(), config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(pool.Close)
	return pool
}

// After a rotation, the key file has the same owner, group and mode as before. If its path was a
// symbolic link, it still is a symbolic link. The rotation also deletes the temporary file of an
// earlier rotation that was killed.
func TestARotatedFileIsReadByWhoReadItBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, link := w.path(), filepath.Join(t.TempDir(), "link.json")
	if err := errors.Join(os.Symlink(target, link), os.Chmod(target, 0o640)); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(target, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(filepath.Dir(target), ".key-key.json-1234")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(target)
	if err != nil {
		t.Fatal(err)
	}
	text := w.file()
	w.uri = "file://" + link
	w.rotate()
	now, err := os.Lstat(target)
	if err != nil || now.Mode() != before.Mode() || ownerOf(now) != ownerOf(before) {
		t.Errorf("it was %v of %v, and is %v of %v: %v", before.Mode(), ownerOf(before), now.Mode(), ownerOf(now), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || bytes.Equal(w.file(), text) {
		t.Errorf("the link is no link any more, or leads to what was there before: %v, %v", info, err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a killed process' file is still there: %v", err)
	}
}

// Somebody replaces the key file by a copy from before the last rotation. A rotation of this copy,
// or a removal of old keys from it, fails and leaves the copy unchanged.
func TestACopyOfTheOldFileIsNotRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	old := w.file()
	w.rotate()
	newest := w.file()
	w.write(old)
	if _, _, err := rotation.Run(t.Context(), w.owner, w.uri, guest.Decode, func(int) {}); err == nil {
		t.Error("it was rotated")
	}
	if _, err := rotation.DropOld(t.Context(), w.owner, w.uri); err == nil {
		t.Error("keys were taken out")
	}
	if !bytes.Equal(w.file(), old) {
		t.Error("the copy has changed")
	}
	w.write(newest)
	w.rotate()
}
