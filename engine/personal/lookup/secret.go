package lookup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/personal/wrapping"
)

// Secret is a key with which hashes of texts (HMAC) are made; searches find persons by these
// hashes. The first secret has the number 1, and each rotation makes another secret with a higher
// number.
type Secret struct {
	Number uint32
	key    []byte
	active bool // new hashes are made with the newest active secret
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

// Mark returns the first bytes of all hashes that are made with the secret of this number. Hashes
// that are made with the first secret do not begin with a mark.
func Mark(number uint32) []byte { return binary.BigEndian.AppendUint32(nil, number) }

// Index returns the hash of a field's text. If a person has this text in this field, a search finds
// the person by this hash.
func (s Secret) Index(field, text string) []byte {
	var index []byte
	if s.Number > 1 {
		index = Mark(s.Number)
	}
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(field + "\n" + Fold(text)))
	return sum.Sum(index)
}

// Current returns the secret with which new hashes are made.
func (all Secrets) Current() Secret {
	for _, secret := range all {
		if secret.active {
			return secret
		}
	}
	return all[len(all)-1]
}
