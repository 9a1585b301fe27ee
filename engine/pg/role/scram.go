package role

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/text/secure/precis"
)

// These are the parameters of the password verifiers that PostgreSQL itself makes.
const (
	scramIterations = 4096
	scramSaltLength = 16
)

// scramVerifier returns the form in which PostgreSQL stores a password (SCRAM-SHA-256, RFC 5803).
// If a statement has the password in this form, the server's log does not show the password. For an
// empty password, scramVerifier returns "".
func scramVerifier(password string) (string, error) {
	if password == "" {
		return "", nil
	}
	salt := make([]byte, scramSaltLength)
	_, _ = rand.Read(salt) // rand.Read never fails
	return scramOf(password, salt)
}

func scramOf(password string, salt []byte) (string, error) {
	if prepared, err := precis.OpaqueString.String(password); err == nil { // otherwise the password stays as it is, as in pgx
		password = prepared
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, scramIterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive password verifier: %w", err)
	}
	stored := sha256.Sum256(mac(salted, "Client Key"))
	encoded := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", scramIterations, encoded(salt), encoded(stored[:]), encoded(mac(salted, "Server Key"))), nil
}

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}
