package operator

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Keyset is a keyset and the text from which it was read.
type Keyset struct {
	AEAD     tink.AEAD
	Prefixes [][]byte // first bytes of everything that each key has wrapped; those of the primary key come first
	Text     []byte
	Handle   *keyset.Handle
	at       time.Time
}

// Read reads a key file.
func Read(path string) (*Keyset, error) {
	at := time.Now()
	text, err := os.ReadFile(path) //nolint:gosec // the operator chooses the path
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil { // the text of err may show a part of the file
		return nil, fmt.Errorf("read key: %s is no Tink keyset in JSON", path)
	}
	prefixes, err := prefixesOf(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %s %w", path, err)
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %s is a keyset for something else", path)
	}
	return &Keyset{AEAD: key, Prefixes: prefixes, Text: text, Handle: handle, at: at}, nil
}

// prefixOf returns the prefix that Tink puts before each ciphertext of the key with this number.
func prefixOf(id uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, id) }

// KeyID returns the number of the key that made a ciphertext. This number identifies the key in a
// key file.
func KeyID(ciphertext []byte) uint32 {
	if len(ciphertext) < 5 {
		return 0
	}
	return binary.BigEndian.Uint32(ciphertext[1:])
}

// Has reports whether a ciphertext begins with one of the given prefixes.
func Has(prefixes [][]byte, ciphertext []byte) bool {
	return slices.ContainsFunc(prefixes, func(prefix []byte) bool { return bytes.HasPrefix(ciphertext, prefix) })
}

// prefixesOf returns the prefixes of the enabled keys in a keyset. The prefix of the primary key
// comes first.
func prefixesOf(handle *keyset.Handle) (prefixes [][]byte, err error) {
	info := handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetOutputPrefixType().String() != "TINK" {
			return nil, errors.New("has a key whose ciphertexts don't say that they are its (their output prefix is not TINK)")
		}
		if key.GetStatus().String() != "ENABLED" {
			continue
		}
		prefix := prefixOf(key.GetKeyId())
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			prefixes = slices.Insert(prefixes, 0, prefix)
		} else {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes, nil
}

// AddPrimary adds a key to a keyset and makes it the primary key. From then on, this key wraps, and
// the earlier keys only unwrap.
func AddPrimary(manager *keyset.Manager) error {
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = manager.SetPrimary(id)
	}
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	return nil
}

// KeepPrimary removes all keys except the primary key, and returns how many keys it has removed.
func KeepPrimary(manager *keyset.Manager, keys *Keyset) (taken int, err error) {
	info := keys.Handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			continue
		}
		if err := manager.Delete(key.GetKeyId()); err != nil {
			return 0, fmt.Errorf("take key out: %w", err)
		}
		taken++
	}
	return taken, nil
}

// Text returns the content of a key file that has the keys of manager.
func Text(manager *keyset.Manager) ([]byte, error) {
	handle, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("make keyset: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("write key: %w", err)
	}
	return text.Bytes(), nil
}
