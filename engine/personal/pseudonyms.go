package personal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Pseudonyms returns a function that replaces subjects in log lines. The same subject always gets
// the same pseudonym, in all processes that use one database. Without the key, nobody can find out
// which pseudonym a subject has, not even for a subject that they guess. The key is the one of
// FingerprintKey.
func Pseudonyms(key []byte) func(subject string) string {
	own := hmac.New(sha256.New, key)
	own.Write([]byte("subjects in logs")) // another key than that of the fingerprints
	derived := own.Sum(nil)
	return func(subject string) string {
		mac := hmac.New(sha256.New, derived)
		mac.Write([]byte(subject))
		return hex.EncodeToString(mac.Sum(nil)[:pseudonymBytes])
	}
}

// pseudonymBytes is the length of a pseudonym. Among a million subjects, the chance that two of them
// have the same pseudonym is less than one in ten million.
const pseudonymBytes = 8
