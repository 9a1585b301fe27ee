package chain

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// Head has the position and the hash of the last link of the chain of hashes. If an operator stores
// a Head outside of the database, the Head shows later whether somebody has changed the events up
// to its position.
type Head struct {
	Position  int64 `json:"position"`
	Hash      Hex   `json:"hash"`
	Signature Hex   `json:"signature,omitempty"` // Ed25519 signature (RFC 8032) over the service's name, the position and the hash
}

// Hex is a slice of bytes that is written as hexadecimal digits in JSON and other texts.
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

// Sign returns the head h of a service's log with a signature, made with the given private key.
func (h Head) Sign(service string, key ed25519.PrivateKey) Head {
	h.Signature = ed25519.Sign(key, h.signed(service))
	return h
}

// ErrSignature says that the signature of a head is missing, or was not made with the expected key.
var ErrSignature = errors.New("the head's signature is not by this key, or the head was changed")

// CheckSignature checks the signature of a head with a public key. If the matching private key has
// signed the head for this service, CheckSignature returns nil; otherwise it returns ErrSignature.
func (h Head) CheckSignature(service string, key ed25519.PublicKey) error {
	if len(h.Signature) == 0 {
		return fmt.Errorf("%w: it has none", ErrSignature)
	}
	if !ed25519.Verify(key, h.signed(service), h.Signature) {
		return ErrSignature
	}
	return nil
}

// ParseKey decodes an Ed25519 private key in PEM format (PKCS #8), as openssl genpkey -algorithm
// ed25519 writes it. The error of ParseKey never contains the text, because the text is secret.
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

// ParsePublicKey decodes an Ed25519 public key in PEM format, as openssl pkey -pubout writes it.
// The error of ParsePublicKey never contains the text, because a user may pass a private key by
// mistake.
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
