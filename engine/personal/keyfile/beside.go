package keyfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/personal/operator"
)

// besideOf returns the first part of the name of a temporary file for the new content of a key
// file. The rest of the name is digits.
func besideOf(path string) string { return ".key-" + filepath.Base(path) + "-" }

// removeLeft removes the temporary files of processes that were killed while they changed the key
// file. Such a file contains all keys, unencrypted.
func removeLeft(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	for _, entry := range entries {
		random, ok := strings.CutPrefix(entry.Name(), besideOf(path))
		if !ok || strings.Trim(random, "0123456789") != "" {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), entry.Name())); err != nil {
			return fmt.Errorf("write key: remove what was left: %w", err)
		}
	}
	return nil
}

// writeBeside writes the new content of a key file to a temporary file in the same directory, and
// returns the name of the temporary file. This file has the owner, group and mode of the key file.
func writeBeside(path string, manager *keyset.Manager) (name string, err error) {
	content, err := operator.Text(manager)
	if err != nil {
		return "", err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), besideOf(path)+"*") // only its owner may read it
	if err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	err = readableLike(beside, path)
	if err == nil {
		_, err = beside.Write(content)
	}
	err = errors.Join(err, beside.Sync(), beside.Close())
	if err != nil {
		_ = os.Remove(beside.Name())
		return "", fmt.Errorf("write key: %w", err)
	}
	return beside.Name(), nil
}
