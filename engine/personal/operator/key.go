package operator

import (
	"errors"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Key is the operator's key, which wraps the other keys. Key consists of a primary key, which wraps
// and unwraps, and earlier keys, which only unwrap.
type Key interface {
	tink.AEAD

	// Prefixes returns the prefixes of the operator's keys, with the prefix of the primary key
	// first. Everything that a key has wrapped begins with the prefix of this key. Prefixes reads
	// the current keys each time.
	Prefixes() ([][]byte, error)
}

// noKey is the Key of a process without KEY_URI.
type noKey struct{}

var errNoKey = errors.New("KEY_URI is not set")

// Encrypt implements tink.AEAD.
func (noKey) Encrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Decrypt implements tink.AEAD.
func (noKey) Decrypt(_, _ []byte) ([]byte, error) { return nil, errNoKey }

// Prefixes implements Key. Prefixes returns no prefix.
func (noKey) Prefixes() ([][]byte, error) { return nil, nil }

// None reports whether a key is the Key of a process without KEY_URI.
func None(key Key) bool {
	_, none := key.(noKey)
	return none
}

// RereadAfter is the longest time for which a process wraps with the keys that it has read from a
// key file. If the last read was longer ago, the process reads the file again before it wraps.
const RereadAfter = time.Second

// keyFile is a keyset in a file. The file is read when the keyset is needed. The operator may
// replace the file at any time. For this reason Encrypt reads the file again if the last read was
// longer than RereadAfter ago. Decrypt reads the file again if the keyset in memory can't unwrap
// something.
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

// Encrypt implements tink.AEAD. Encrypt never uses keys that were read from the file longer than
// RereadAfter ago.
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

// Prefixes implements Key. A later Encrypt uses the keyset that Prefixes has read, or a newer one.
func (f *keyFile) Prefixes() ([][]byte, error) {
	key, err := f.read()
	if err != nil {
		return nil, err
	}
	return key.Prefixes, nil
}

// InFile returns the operator's key that is stored in the file at the given path. The file is read
// when the key is needed.
func InFile(path string) Key { return &keyFile{path: path} }

// Path returns the path of the file that a URI names.
func Path(uri string) (string, error) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "file" || parsed.Host != "" || parsed.Path == "" {
		return "", errors.New("it must be like file:///path/of/key.json")
	}
	return parsed.Path, nil
}

// Open returns the operator's key that the URI names. A URI file:///path names a Tink keyset in
// JSON. This file is not encrypted: everybody who may read the file has the key. To use a key
// management service, add code to Open that calls the service: Tink's client for the service turns
// a URI into a tink.AEAD. If the URI is empty, Open returns a Key whose methods Encrypt and Decrypt
// fail.
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
