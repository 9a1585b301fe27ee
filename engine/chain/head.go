package chain

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// Head is the end of the chain. Kept where nobody who can change the database can change it, it
// proves that nothing before it has changed.
type Head struct {
	Position  int64 `json:"position"`
	Hash      Hex   `json:"hash"`
	Signature Hex   `json:"signature,omitempty"` // Ed25519 (RFC 8032) of position and hash
}

// Hex is bytes, written as hexadecimal digits.
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

// Sign returns the head of a service's log, signed with the key.
func (h Head) Sign(service string, key ed25519.PrivateKey) Head {
	h.Signature = ed25519.Sign(key, h.signed(service))
	return h
}

// ErrSignature says that the key's owner has not signed this head.
var ErrSignature = errors.New("the head's signature is not by this key, or the head was changed")

// CheckSignature returns nil if the private half of the key has signed the head for the service.
func (h Head) CheckSignature(service string, key ed25519.PublicKey) error {
	if len(h.Signature) == 0 {
		return fmt.Errorf("%w: it has none", ErrSignature)
	}
	if !ed25519.Verify(key, h.signed(service), h.Signature) {
		return ErrSignature
	}
	return nil
}

// ParseKey reads an Ed25519 key in PEM (PKCS #8, as openssl genpkey -algorithm ed25519
// writes it). Its error never shows what was read.
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

// ParsePublicKey reads the public half of an Ed25519 key in PEM, as openssl pkey -pubout writes it.
// Its error never shows what was read: it may be the private half.
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
