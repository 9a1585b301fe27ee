package operator

import (
	"errors"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Key is the operator's key, which wraps the others: a primary key that wraps, and earlier ones
// that still unwrap.
type Key interface {
	tink.AEAD

	// Prefixes returns, for each of its keys, the first bytes of everything that the key has
	// wrapped, the primary key's first. It reads the current keys, not remembered ones.
	Prefixes() ([][]byte, error)
}

// noKey is the Key if KEY_URI is not set.
type noKey struct{}

var errNoKey = errors.New("KEY_URI is not set")

// Encrypt implements tink.AEAD.
func (noKey) Encrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Decrypt implements tink.AEAD.
func (noKey) Decrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Prefixes implements Key. It returns none.
func (noKey) Prefixes() ([][]byte, error) { return nil, nil }

// None reports whether a key is the one without KEY_URI.
func None(key Key) bool {
	_, none := key.(noKey)
	return none
}

// RereadAfter is how long a process goes on wrapping with a key file that it has read.
const RereadAfter = time.Second

// keyFile is a keyset that is read when it is needed. It is read again before it wraps, if it was
// read a while ago, and when it fails to unwrap something, because it may have been rotated.
type keyFile struct {
	path string
	held atomic.Pointer[Keyset]
}

func (f *keyFile) read() (*Keyset, error) {
	key, err := Read(f.path)
	if err == nil {
		f.held.Store(key)
	}
	return key, err
}

// Encrypt implements tink.AEAD. It never uses a key that can't be read any more.
func (f *keyFile) Encrypt(plaintext, associated []byte) ([]byte, error) {
	key := f.held.Load()
	if key == nil || time.Since(key.at) > RereadAfter {
		var err error
		if key, err = f.read(); err != nil {
			return nil, err
		}
	}
	return key.AEAD.Encrypt(plaintext, associated)
}

// Decrypt implements tink.AEAD.
func (f *keyFile) Decrypt(ciphertext, associated []byte) ([]byte, error) {
	if held := f.held.Load(); held != nil {
		if plaintext, err := held.AEAD.Decrypt(ciphertext, associated); err == nil {
			return plaintext, nil
		}
	}
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	plaintext, err := key.AEAD.Decrypt(ciphertext, associated)
	if err != nil {
		return nil, errors.New("it was wrapped by another key")
	}
	return plaintext, nil
}

// Prefixes implements Key. A later Encrypt uses what was read here, or something newer.
func (f *keyFile) Prefixes() ([][]byte, error) {
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	return key.Prefixes, nil
}

// InFile returns the key in a file, which is read when it is needed.
func InFile(path string) Key { return &keyFile{path: path} }

// Path returns the path of the file that a URI names.
func Path(uri string) (string, error) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "file" || parsed.Host != "" || parsed.Path == "" {
		return "", errors.New("it must be like file:///path/of/key.json")
	}
	return parsed.Path, nil
}

// Open returns the key that wraps the others, which KEY_URI names: file:///path is a Tink keyset in
// JSON, in clear, for everybody who may read the file. A key management service belongs here: its
// Tink client makes a tink.AEAD of a URI of its own. Without a URI, Open returns a key that fails
// at everything.
func Open(uri string) (Key, error) {
	if uri == "" {
		return noKey{}, nil
	}
	path, err := Path(uri)
	if err != nil {
		return nil, err
	}
	return InFile(path), nil
}
