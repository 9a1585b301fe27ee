//go:build linux

package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The maximum lengths of texts that the service accepts, in characters.
const (
	longestOwner     = 200
	longestReference = 140
)

// IsLarge reports whether a command's text has the maximum length, as every eighth text does.
func IsLarge(key uuid.UUID) bool { return key[0] < 32 }

// TextOf returns the unencrypted text of a command of a kind under a key: an account's owner, or a
// movement's reference.
func TextOf(kind string, key uuid.UUID) string {
	switch {
	case kind == Opened && IsLarge(key):
		return long(key, longestOwner)
	case kind == Opened:
		return "Ada " + InClear
	case (kind == Deposited || kind == Withdrawn) && IsLarge(key):
		return long(key, longestReference)
	}
	return ""
}

// long returns so many characters that a key determines, of four bytes each, so that compression
// does not shorten them.
func long(key uuid.UUID, count int) string {
	const first, many = 0x20000, 0xA6D0 // CJK ideographs of extension B
	random := rand.New(rand.NewPCG(binary.BigEndian.Uint64(key[:8]), binary.BigEndian.Uint64(key[8:])))
	text := make([]byte, 0, count*utf8.UTFMax)
	for range count {
		text = utf8.AppendRune(text, first+random.Int32N(many))
	}
	return string(text)
}

// Digest stands for a text, because a history has many texts.
type Digest [16]byte

func DigestOf(text string) Digest {
	sum := sha256.Sum256([]byte(text))
	return Digest(sum[:])
}

// DigestSQL returns the SQL of a text's digest, equal to that of digestOf.
func DigestSQL(text string) string {
	return `substr(sha256(convert_to(` + text + `, 'UTF8')), 1, 16)`
}
