package operator

import (
	"errors"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Key is the operator's, which wraps the others: one that wraps, and others that it was before, which unwrap.
type Key interface {
	tink.AEAD

	// Prefixes returns, for each of its keys, what everything begins with that the key has wrapped, that of the
	// one that wraps first: as things are now, not as they were remembered.
	Prefixes() ([][]byte, error)
}

// noKey stands for the key that nobody has named.
type noKey struct{}

var errNoKey = errors.New("KEY_URI is not set")

// Encrypt implements tink.AEAD.
func (noKey) Encrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Decrypt implements tink.AEAD.
func (noKey) Decrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Prefixes implements Key: it has no key.
func (noKey) Prefixes() ([][]byte, error) { return nil, nil }

// None reports whether a key is the one that nobody has named.
func None(key Key) bool {
	_, none := key.(noKey)
	return none
}

// RereadAfter is how long a process goes on wrapping by a key file that it has read.
const RereadAfter = time.Second

// keyFile is a keyset that is read when it is needed: again before it wraps, once it was read a
// while ago, and when it does not unwrap something, for it may have been rotated.
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

// Encrypt implements tink.AEAD. It never goes on by a key that can't be read any more.
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

// Prefixes implements Key. Encrypt wraps afterwards by what was read here, or later.
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

// Open returns the key that wraps the others, which KEY_URI names: file:///path is a
// Tink keyset in JSON, in clear, for who may read the file. Here is the place for a key
// management service: its Tink client makes a tink.AEAD of a URI of its own.
// Without a URI there is a key that can do nothing.
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
