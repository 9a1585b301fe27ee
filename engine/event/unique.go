package event

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxScope is the largest number of bytes of a scope.
const MaxScope = 1000

// ErrTaken says that another person of the scope has a text that must be unique there. Nothing was
// appended. The error also wraps the Rejection that the event declares for this case.
var ErrTaken = errors.New("unique value is taken")

// UniqueEvent is a PersonalEvent with texts that no two persons of a scope may have at a time. When
// the log compares two texts, upper-case and lower-case letters are equal, as in a search for a
// person (Field.Findable). A text belongs to its person until a later event gives the person
// another text in the same field, or until the person is erased.
type UniqueEvent interface {
	PersonalEvent

	// Unique returns a declaration for each field with a unique text. An empty text is not unique.
	Unique() []Unique
}

// Unique declares that no two persons of a scope have the same text in a field.
type Unique struct {
	Field Field     // a findable field of the event
	Scope string    // stored in clear: it has 1 to MaxScope bytes, and must not be about the person
	Taken Rejection // the answer to a command whose text another person of the scope has
}

// UniqueIn returns the declarations of an event, by field. If a declaration is wrong, UniqueIn
// returns an error. Without the error, a text would not be unique, and nobody would notice.
func UniqueIn(e PersonalEvent) (map[Field]Unique, error) {
	declares, ok := e.(UniqueEvent)
	if !ok {
		return nil, nil
	}
	fields := make(map[Field]bool)
	e.EachPersonal(func(field Field, _ *Personal) { fields[field] = true })
	unique := make(map[Field]Unique)
	for _, declared := range declares.Unique() {
		err := declared.check()
		if _, twice := unique[declared.Field]; err == nil && twice {
			err = errors.New("it is declared twice, and a text has one scope")
		}
		if err == nil && !fields[declared.Field] {
			err = errors.New("the event has no such field")
		}
		if err != nil {
			return nil, fmt.Errorf("%s declares a unique %s: %w", e.EventType(), declared.Field.Name, err)
		}
		unique[declared.Field] = declared
	}
	return unique, nil
}

// check returns an error if the declaration is incomplete, or if the database can't store its
// scope.
func (u Unique) check() error {
	switch {
	case !u.Field.Findable:
		return errors.New("the field is not findable")
	case u.Scope == "":
		return errors.New("the scope is empty")
	case len(u.Scope) > MaxScope:
		return fmt.Errorf("the scope has %d bytes, more than %d", len(u.Scope), MaxScope)
	case strings.ContainsRune(u.Scope, 0), !utf8.ValidString(u.Scope):
		return errors.New("the scope has a NUL, or is not UTF-8")
	case u.Taken.Code == "":
		return errors.New("the rejection has no code")
	}
	return nil
}
