package chain

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// Head is the end of the chain. If a Head is kept at a place that nobody with write access to
// the database can change, the Head later shows whether the events up to its position were
// changed.
type Head struct {
	Position  int64 `json:"position"`
	Hash      Hex   `json:"hash"`
	Signature Hex   `json:"signature,omitempty"` // Ed25519 signature (RFC 8032) over the service's name, the position and the hash
}

// Hex is a slice of bytes whose text form is hexadecimal digits.
type Hex []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

func (h Head) signed(service string) []byte {
	return fmt.Appendf(nil, "%s head 1\n%d\n%x\n", service, h.Position, []byte(h.Hash))
}

// Sign returns the head of a service's log with a signature by the key.
func (h Head) Sign(service string, key ed25519.PrivateKey) Head {
	h.Signature = ed25519.Sign(key, h.signed(service))
	return h
}

// ErrSignature says that a head has no valid signature by the key.
var ErrSignature = errors.New("the head's signature is not by this key, or the head was changed")

// CheckSignature returns nil if the key's private half has signed the head for the service, and
// ErrSignature otherwise.
func (h Head) CheckSignature(service string, key ed25519.PublicKey) error {
	if len(h.Signature) == 0 {
		return fmt.Errorf("%w: it has none", ErrSignature)
	}
	if !ed25519.Verify(key, h.signed(service), h.Signature) {
		return ErrSignature
	}
	return nil
}

// ParseKey decodes an Ed25519 private key in PEM (PKCS #8), which openssl genpkey -algorithm
// ed25519 writes. ParseKey's error never contains the text.
func ParseKey(text string) (ed25519.PrivateKey, error) {
	wrong := errors.New("it must be an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes one")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, wrong
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, wrong
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, wrong
	}
	return key, nil
}

// ParsePublicKey decodes an Ed25519 public key in PEM, which openssl pkey -pubout writes.
// ParsePublicKey's error never contains the text, because the text may be the private key.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	wrong := errors.New("it must be an Ed25519 public key in PEM, as `openssl pkey -pubout` writes one")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, wrong
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, wrong
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, wrong
	}
	return key, nil
}
