package event_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

var (
	memberEmail = event.Field{Name: "email", Findable: true}
	memberName  = event.Field{Name: "name"}
)

// enrolled is a UniqueEvent with the given declarations.
type enrolled struct{ declares []event.Unique }

func (enrolled) EventType() string { return "member.enrolled" }

func (enrolled) SchemaVersion() int { return 1 }

func (enrolled) Person(stream uuid.UUID) uuid.UUID { return stream }

func (e enrolled) EachPersonal(do func(event.Field, *event.Personal)) event.Event {
	var text event.Personal
	do(memberEmail, &text)
	do(memberName, &text)
	return e
}

func (e enrolled) Unique() []event.Unique { return e.declares }

// A wrong declaration is an error. Without the error, a value would be unique in a wrong scope, or
// the database would refuse the append.
func TestWrongDeclarationsOfUniqueValues(t *testing.T) {
	t.Parallel()
	taken := event.Rejection{Code: "email_taken"}
	for _, test := range []struct {
		declared event.Unique
		want     string
	}{
		{event.Unique{Field: event.Field{Name: "email"}, Scope: "club", Taken: taken}, "not findable"},
		{event.Unique{Field: event.Field{Name: "phone", Findable: true}, Scope: "club", Taken: taken}, "no such field"},
		{event.Unique{Field: memberEmail, Scope: "club", Taken: taken}, ""},
		{event.Unique{Field: memberEmail, Scope: strings.Repeat("x", event.MaxScope), Taken: taken}, ""},
		{event.Unique{Field: memberName, Scope: "club", Taken: taken}, "not findable"},
		{event.Unique{Field: memberEmail, Taken: taken}, "scope is empty"},
		{event.Unique{Field: memberEmail, Scope: strings.Repeat("x", event.MaxScope+1), Taken: taken}, "more than 1000"},
		{event.Unique{Field: memberEmail, Scope: "a\x00b", Taken: taken}, "NUL"},
		{event.Unique{Field: memberEmail, Scope: "a\xff", Taken: taken}, "UTF-8"},
		{event.Unique{Field: memberEmail, Scope: "club"}, "no code"},
	} {
		found, err := event.UniqueIn(enrolled{[]event.Unique{test.declared}})
		if test.want == "" && (err != nil || found[memberEmail] != test.declared) {
			t.Errorf("%+v: got %v, %v", test.declared, found, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: got %v, want %q", test.declared, err, test.want)
		}
	}
	if found, err := event.UniqueIn(enrolled{}); len(found) > 0 || err != nil {
		t.Errorf("without a declaration: %v, %v", found, err)
	}
	one := event.Unique{Field: memberEmail, Scope: "club", Taken: taken}
	if _, err := event.UniqueIn(enrolled{[]event.Unique{one, {Field: memberEmail, Scope: "other", Taken: taken}}}); err == nil {
		t.Error("a text may have two scopes")
	}
}
