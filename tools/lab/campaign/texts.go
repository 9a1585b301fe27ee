//go:build linux

package main

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Most characters of a text that the service takes.
const (
	longestOwner     = 200
	longestReference = 140
)

// isLarge says that a command's text is as long as the service takes one: every eighth's is.
func isLarge(key uuid.UUID) bool { return key[0] < 32 }

// textOf returns the text that a command of a kind has in clear under a key: an account's owner, or a
// movement's reference.
func textOf(kind string, key uuid.UUID) string {
	switch {
	case kind == opened && isLarge(key):
		return long(key, longestOwner)
	case kind == opened:
		return "Ada " + inClear
	case (kind == deposited || kind == withdrawn) && isLarge(key):
		return long(key, longestReference)
	}
	return ""
}

// long returns so many characters that a key stands for, of four bytes each, which nothing makes
// shorter.
func long(key uuid.UUID, count int) string {
	const first, many = 0x20000, 0xA6D0 // CJK ideographs of extension B
	random := rand.New(rand.NewPCG(binary.BigEndian.Uint64(key[:8]), binary.BigEndian.Uint64(key[8:])))
	text := make([]byte, 0, count*utf8.UTFMax)
	for range count {
		text = utf8.AppendRune(text, first+random.Int32N(many))
	}
	return string(text)
}

// digest stands for a text: the history has many.
type digest [16]byte

func digestOf(text string) digest {
	sum := sha256.Sum256([]byte(text))
	return digest(sum[:])
}

// digestSQL is the digest of a text in SQL, as digestOf makes it.
func digestSQL(text string) string {
	return `substr(sha256(convert_to(` + text + `, 'UTF8')), 1, 16)`
}

// place is that of a line in a statement.
type place struct {
	account uuid.UUID
	version int64
}

// whole sees that each event's text is what was sent: in the log, in each read model, and in the
// event's message.
func whole(e *evidence, v *verdict) {
	ofEvent := make(map[uuid.UUID]digest, len(e.log))
	for _, recorded := range e.log {
		want := digestOf(textOf(recorded.kind, recorded.key))
		ofEvent[recorded.id] = want
		if recorded.text != want {
			v.violated("the text of %s at position %d is not what was sent", recorded.kind, recorded.position)
		}
		if !isLarge(recorded.key) || recorded.kind == closed || isPerson(recorded.kind) {
			continue
		}
		v.Looked++
		if recorded.kind == opened && e.models.owners[recorded.account] != want {
			v.violated("balances has another owner of account %s than was sent", recorded.account)
		}
		if at := (place{recorded.account, recorded.version}); recorded.kind != opened && e.models.references[at] != want {
			v.violated("the statement of account %s has another reference at version %d than was sent", at.account, at.version)
		}
	}
	for _, m := range e.published {
		if want, known := ofEvent[m.id]; known && m.text != want {
			v.violated("the text in message %s is not what was sent", m.id)
		}
	}
}
