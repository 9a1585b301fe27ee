package keyfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/personal/operator"
)

// Change says how a key file changes, and under which conditions.
type Change struct {
	// Edit makes the new content of the file from the old content. If the content does not change,
	// Edit returns false.
	Edit func(manager *keyset.Manager, before *operator.Keyset) (bool, error)

	// Agree checks whether the file may change. If it may, Agree calls the function place, which
	// replaces the key file, or does nothing if Edit has returned false. If the file must not
	// change, Agree returns an error without calling place.
	Agree func(before *operator.Keyset, place func() error) error
}

// Apply changes the operator's key file completely or not at all. The process must have the lock of
// the key file (see With). If somebody else has changed the key file since Apply has read it, Apply
// replaces nothing, and returns an error. The file keeps its owner, its group and its mode, and
// links to the file still work.
func Apply(named, path string, change Change) error {
	if err := removeLeft(path); err != nil {
		return err
	}
	before, err := operator.Read(path)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(before.Handle)
	if changes, err := change.Edit(manager, before); err != nil {
		return err
	} else if !changes {
		return change.Agree(before, func() error { return nil })
	}
	beside, err := writeBeside(path, manager)
	if err != nil {
		return err
	}
	defer os.Remove(beside)
	return change.Agree(before, func() error {
		target, err := filepath.EvalSymlinks(named)
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		now, err := os.ReadFile(path) //nolint:gosec // the operator chooses the path
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		if target != path || !bytes.Equal(now, before.Text) {
			return fmt.Errorf("%s has changed meanwhile: it was left as it is, run this again", named)
		}
		if err := os.Rename(beside, path); err != nil {
			return fmt.Errorf("write key: %w", err)
		}
		return syncDir(filepath.Dir(path))
	})
}
