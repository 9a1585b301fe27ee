package lookup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/personal/wrapping"
)

// Secret is a key of the HMACs by which searches find persons. The first secret has the number 1,
// and each rotation makes another secret with a higher number.
type Secret struct {
	Number uint32
	key    []byte
	active bool // the newest active secret makes new look-ups
}

// Secrets has all secrets that searches use now, with the newest secret first.
type Secrets []Secret

// Name returns the name of the secret that has this number.
func Name(number uint32) string {
	if number == 1 {
		return wrapping.Lookups
	}
	return wrapping.Lookups + " " + strconv.FormatUint(uint64(number), 10)
}

// Number returns the number of the secret with this name, or 0 if no secret can have this name.
func Number(name string) uint32 {
	if name == wrapping.Lookups {
		return 1
	}
	digits, _ := strings.CutPrefix(name, wrapping.Lookups+" ")
	number, _ := strconv.ParseUint(digits, 10, 32) // number is 0 if there are no digits
	return uint32(number)
}

// Mark returns the first bytes of the index entries that are made with a secret. Index entries that
// are made with the first secret have no mark.
func Mark(number uint32) []byte { return binary.BigEndian.AppendUint32(nil, number) }

// Index returns the index entry for a text in a field. Persons with this text are found under this
// entry.
func (s Secret) Index(field, text string) []byte {
	var index []byte
	if s.Number > 1 {
		index = Mark(s.Number)
	}
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(field + "\n" + Fold(text)))
	return sum.Sum(index)
}

// Current returns the secret with which new index entries are made.
func (all Secrets) Current() Secret {
	for _, secret := range all {
		if secret.active {
			return secret
		}
	}
	return all[len(all)-1]
}
