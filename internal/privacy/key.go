package privacy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Operator is the key that wraps the others: one that wraps, and others that it was before, which unwrap.
type Operator interface {
	tink.AEAD

	// Prefixes returns, for each of its keys, what everything begins with that the key has wrapped, that of the
	// one that wraps first: as things are now, not as they were remembered.
	Prefixes() ([][]byte, error)
}

// OperatorKey is the key that wraps the others, which KEY_URI names: file:///path is a
// Tink keyset in JSON, in clear, for who may read the file. Here is the place for a key
// management service: its Tink client makes a tink.AEAD of a URI of its own.
// Without a URI there is a key that can do nothing.
func OperatorKey(uri string) (Operator, error) {
	if uri == "" {
		return noKey{}, nil
	}
	path, err := pathOf(uri)
	if err != nil {
		return nil, err
	}
	return &keyFile{path: path}, nil
}

// noKey stands for the key that nobody has named.
type noKey struct{}

var errNoKey = errors.New("KEY_URI is not set")

// Encrypt implements tink.AEAD.
func (noKey) Encrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Decrypt implements tink.AEAD.
func (noKey) Decrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Prefixes implements Operator: it has no key.
func (noKey) Prefixes() ([][]byte, error) { return nil, nil }

// rereadAfter is how long a process goes on wrapping by a key file that it has read.
const rereadAfter = time.Second

// keyFile is a keyset that is read when it is needed: again before it wraps, once it was read a
// while ago, and when it does not unwrap something, for it may have been rotated.
type keyFile struct {
	path string
	held atomic.Pointer[readKey]
}

// readKey is a keyset as it was read.
type readKey struct {
	tink.AEAD
	prefixes [][]byte
	at       time.Time
}

func (f *keyFile) read() (*readKey, error) {
	at := time.Now()
	handle, err := readKeyset(f.path)
	if err != nil {
		return nil, err
	}
	prefixes, err := prefixesOf(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %s %w", f.path, err)
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %s is a keyset for something else", f.path)
	}
	now := &readKey{key, prefixes, at}
	f.held.Store(now)
	return now, nil
}

// Encrypt implements tink.AEAD. It never goes on by a key that can't be read any more.
func (f *keyFile) Encrypt(plaintext, associated []byte) ([]byte, error) {
	key := f.held.Load()
	if key == nil || time.Since(key.at) > rereadAfter {
		var err error
		if key, err = f.read(); err != nil {
			return nil, err
		}
	}
	return key.Encrypt(plaintext, associated)
}

// Decrypt implements tink.AEAD.
func (f *keyFile) Decrypt(ciphertext, associated []byte) ([]byte, error) {
	if held := f.held.Load(); held != nil {
		if plaintext, err := held.Decrypt(ciphertext, associated); err == nil {
			return plaintext, nil
		}
	}
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	plaintext, err := key.Decrypt(ciphertext, associated)
	if err != nil {
		return nil, errors.New("it was wrapped by another key")
	}
	return plaintext, nil
}

// Prefixes implements Operator. What Encrypt wraps afterwards, it wraps by what was read here, or later.
func (f *keyFile) Prefixes() ([][]byte, error) {
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	return key.prefixes, nil
}

// prefixOf returns Tink's prefix, which names the key that has encrypted something.
func prefixOf(keyID uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, keyID) }

// prefixesOf returns the prefixes of a keyset's keys that decrypt, that of the primary one first.
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

func pathOf(uri string) (string, error) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "file" || parsed.Host != "" || parsed.Path == "" {
		return "", errors.New("it must be like file:///path/of/key.json")
	}
	return parsed.Path, nil
}

func readKeyset(path string) (*keyset.Handle, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the path is the operator's
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil { // its text may show what it could not read
		return nil, fmt.Errorf("read key: %s is no Tink keyset in JSON", path)
	}
	return handle, nil
}

// NewKeyFile makes the key that the URI names, if there is none.
func NewKeyFile(uri string) (made bool, err error) {
	path, err := pathOf(uri)
	if err != nil {
		return false, err
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	return true, addPrimary(keyset.NewManager(), path)
}

// addToFile adds a key to a file, which wraps from then on; the ones before still unwrap.
func addToFile(path string) error {
	handle, err := readKeyset(path)
	if err != nil {
		return err
	}
	return addPrimary(keyset.NewManagerFromHandle(handle), path)
}

// keepInFile takes all keys out of a file that have none of the prefixes, and returns how many those were.
func keepInFile(path string, prefixes [][]byte) (taken int, err error) {
	handle, err := readKeyset(path)
	if err != nil {
		return 0, err
	}
	manager := keyset.NewManagerFromHandle(handle)
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		prefix := prefixOf(key.GetKeyId())
		if slices.ContainsFunc(prefixes, func(kept []byte) bool { return bytes.Equal(kept, prefix) }) {
			continue
		}
		if err := manager.Delete(key.GetKeyId()); err != nil {
			return 0, fmt.Errorf("take key out: %w", err)
		}
		taken++
	}
	if taken == 0 {
		return 0, nil
	}
	return taken, writeKeyset(manager, path)
}

func addPrimary(manager *keyset.Manager, path string) error {
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	if err := manager.SetPrimary(id); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	return writeKeyset(manager, path)
}

func writeKeyset(manager *keyset.Manager, path string) error {
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("make keyset: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return replace(path, text.Bytes())
}

// replace puts a file in another's place, whole or not at all.
func replace(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	beside, err := os.CreateTemp(filepath.Dir(path), ".key-*") // for its owner alone
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = beside.Write(content)
	err = errors.Join(err, beside.Sync(), beside.Close())
	if err == nil {
		err = os.Rename(beside.Name(), path)
	}
	if err != nil {
		_ = os.Remove(beside.Name())
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}
