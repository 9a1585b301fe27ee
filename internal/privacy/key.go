package privacy

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// OperatorKey is the key that wraps the others, which KEY_URI names: file:///path is a
// Tink keyset in JSON, in clear, for who may read the file. Here is the place for a key
// management service: its Tink client makes a tink.AEAD of a URI of its own.
// Without a URI there is a key that can do nothing.
func OperatorKey(uri string) (tink.AEAD, error) {
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

// keyFile is a keyset that is read when it is needed, and again when it does not unwrap
// something: it may have been rotated.
type keyFile struct {
	path string
	held atomic.Pointer[tink.AEAD]
}

func (f *keyFile) read() (tink.AEAD, error) {
	handle, err := readKeyset(f.path)
	if err != nil {
		return nil, err
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %s is a keyset for something else", f.path)
	}
	f.held.Store(&key)
	return key, nil
}

// Encrypt implements tink.AEAD.
func (f *keyFile) Encrypt(plaintext, associated []byte) ([]byte, error) {
	if held := f.held.Load(); held != nil {
		return (*held).Encrypt(plaintext, associated)
	}
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	return key.Encrypt(plaintext, associated)
}

// Decrypt implements tink.AEAD.
func (f *keyFile) Decrypt(ciphertext, associated []byte) ([]byte, error) {
	if held := f.held.Load(); held != nil {
		if plaintext, err := (*held).Decrypt(ciphertext, associated); err == nil {
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
	manager := keyset.NewManager()
	return true, addPrimary(manager, path)
}

// RotateKeyFile adds a key, which wraps from then on; the ones before still unwrap. What
// they have wrapped is Rewrap's.
func RotateKeyFile(uri string) error {
	path, err := pathOf(uri)
	if err != nil {
		return err
	}
	handle, err := readKeyset(path)
	if err != nil {
		return err
	}
	return addPrimary(keyset.NewManagerFromHandle(handle), path)
}

func addPrimary(manager *keyset.Manager, path string) error {
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	if err := manager.SetPrimary(id); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("make key: %w", err)
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
