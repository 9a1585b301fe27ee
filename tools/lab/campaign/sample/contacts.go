//go:build linux

package sample

import (
	"github.com/google/uuid"
)

// Mark is in the name and the address of every person, and in no other text, not even by chance.
const Mark = "yqzvwkqj"

// FullNameOf and EmailOf return the contact that a command registers, or changes to, under a key.
func FullNameOf(key uuid.UUID) string {
	name := "X" + Mark + " " + key.String()
	if IsLarge(key) {
		name += " " + long(key, longestOwner-len(name)-1)
	}
	return name
}

func EmailOf(key uuid.UUID) string { return "x" + Mark + "." + key.String() + "@example.com" }

// ContactOf returns the digest of a name and an address.
func ContactOf(key uuid.UUID) Digest { return ContactDigest(FullNameOf(key), EmailOf(key)) }

func ContactDigest(name, email string) Digest { return DigestOf(name + "\n" + email) }
