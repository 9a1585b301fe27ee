//go:build linux

package sample

import (
	"github.com/google/uuid"
)

// Mark is a text that is part of the name and of the address of every person. No other text
// contains Mark, not even by chance.
const Mark = "yqzvwkqj"

// FullNameOf and EmailOf return the name and the address that a command with this key sends.
func FullNameOf(key uuid.UUID) string {
	name := "X" + Mark + " " + key.String()
	if IsLarge(key) {
		name += " " + long(key, longestOwner-len(name)-1)
	}
	return name
}

func EmailOf(key uuid.UUID) string { return "x" + Mark + "." + key.String() + "@example.com" }

// ContactOf returns the digest of the name and the address that the command with the given key
// sends.
func ContactOf(key uuid.UUID) Digest { return ContactDigest(FullNameOf(key), EmailOf(key)) }

func ContactDigest(name, email string) Digest { return DigestOf(name + "\n" + email) }
