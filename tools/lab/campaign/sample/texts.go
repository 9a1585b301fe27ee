//go:build linux

package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"unicode/utf8"

	"github.com/google/uuid"
)

// These constants are the maximum lengths of the texts that the service accepts, in characters.
const (
	longestOwner     = 200
	longestReference = 140
)

// IsLarge reports whether the text of the command with this key has the maximum length. One key in
// eight has such a text.
func IsLarge(key uuid.UUID) bool { return key[0] < 32 }

// TextOf returns the unencrypted text of an event. The text is the owner of an account, or the
// reference of a deposit, withdrawal or transfer. The text depends only on the kind and the key of
// the event. The debit, the deposit and the refund of a transfer have the same key as the request
// for the transfer, and so the same reference.
func TextOf(kind string, key uuid.UUID) string {
	switch {
	case kind == Opened && IsLarge(key):
		return long(key, longestOwner)
	case kind == Opened:
		return "Ada " + InClear
	case (kind == Deposited || kind == Withdrawn || kind == Requested) && IsLarge(key):
		return long(key, longestReference)
	}
	return ""
}

// long returns a text of count characters that depends only on the key. Each character has four
// bytes in UTF-8. The characters are random, so that compression does not shorten the text.
func long(key uuid.UUID, count int) string {
	const first, many = 0x20000, 0xA6D0 // CJK ideographs of extension B
	random := rand.New(rand.NewPCG(binary.BigEndian.Uint64(key[:8]), binary.BigEndian.Uint64(key[8:])))
	text := make([]byte, 0, count*utf8.UTFMax)
	for range count {
		text = utf8.AppendRune(text, first+random.Int32N(many))
	}
	return string(text)
}

// Digest is the hash of a text. A history holds digests instead of texts, because it has many
// texts.
type Digest [16]byte

func DigestOf(text string) Digest {
	sum := sha256.Sum256([]byte(text))
	return Digest(sum[:])
}

// DigestSQL returns an SQL expression that computes the same digest of a text as DigestOf.
func DigestSQL(text string) string {
	return `substr(sha256(convert_to(` + text + `, 'UTF8')), 1, 16)`
}
