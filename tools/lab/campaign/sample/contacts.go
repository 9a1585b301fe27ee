//go:build linux

package sample

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Mark is a text that the name and the address of every person contain. No other text contains
// Mark, not even by chance.
const Mark = "yqzvwkqj"

// FullNameOf and EmailOf return the name and the address that a command with this key sends.
func FullNameOf(key uuid.UUID) string {
	name := "X" + Mark + " " + key.String()
	if IsLarge(key) {
		name += " " + long(key, longestOwner-len(name)-1)
	}
	return name
}

func EmailOf(key uuid.UUID) string {
	number, ok := shared(key)
	if !ok {
		return "x" + Mark + "." + key.String() + "@example.com"
	}
	email := fmt.Sprintf("x%s.%d@example.com", Mark, number)
	switch key[5] % 3 {
	case 0:
		return strings.ToUpper(email)
	case 1:
		return strings.Replace(email, "example", "Example", 1)
	}
	return email
}

// AddressOf returns the address that a command with this key sends, in small letters. Two commands
// with the same result want the same address.
func AddressOf(key uuid.UUID) string { return strings.ToLower(EmailOf(key)) }

// Sharing changes a key so that a command with this key sends the shared address with the given
// number. The key also decides which letters of the address are capital letters. A command whose
// key Sharing has not changed sends an address that no other command sends.
func Sharing(key uuid.UUID, number int) uuid.UUID {
	key[1], key[2] = sharing[0], sharing[1]
	binary.BigEndian.PutUint16(key[3:5], uint16(number)) // a run has fewer addresses, and otherwise uses the first ones again
	return key
}

// sharing is a part of each key whose command sends a shared address. Other keys do not have this
// part.
var sharing = [2]byte{0xAD, 0xD2}

// shared returns the number of the shared address that a command with this key sends.
func shared(key uuid.UUID) (number int, ok bool) {
	return int(binary.BigEndian.Uint16(key[3:5])), [2]byte(key[1:3]) == sharing
}

// ContactOf returns the digest of the name and the address that the command with the given key
// sends.
func ContactOf(key uuid.UUID) Digest { return ContactDigest(FullNameOf(key), EmailOf(key)) }

func ContactDigest(name, email string) Digest { return DigestOf(name + "\n" + email) }
