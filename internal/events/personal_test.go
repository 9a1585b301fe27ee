package events_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// looksPersonal matches field names that usually mean data about a person.
var looksPersonal = regexp.MustCompile(`(?i)name|mail|phone|address|birth|owner|street|city|iban|gender|comment|note|reference|ip$`)

// notPersonal lists fields that are stored unencrypted although their name looks personal, and says
// why.
var notPersonal = map[string]string{
	"account.opened owner":              "a label of the account's; who has customers to forget refers to one by customer_id and leaves names to it",
	"account.money_deposited reference": "what a movement is for; names of persons do not belong there",
	"account.money_withdrawn reference": "the same",
	"transfer.requested reference":      "the same",
}

// A field whose name looks personal is declared as event.Personal, or is listed in notPersonal. The
// test includes nested structs.
func TestWhatLooksPersonalIsDeclared(t *testing.T) {
	t.Parallel()
	declared := 0
	for _, sample := range samples(t) {
		for id, kind := range fieldsOf(sample.EventType(), reflect.TypeOf(sample), nil) {
			name := id[strings.LastIndexAny(id, " .")+1:]
			_, excused := notPersonal[id]
			switch {
			case kind == reflect.TypeFor[event.Personal]():
				declared++
			case looksPersonal.MatchString(name) && !excused:
				t.Errorf("%s looks personal and is stored in clear: make it event.Personal, or say in notPersonal why not", id)
			}
		}
	}
	if declared == 0 && len(events.Erasing) > 0 {
		t.Error("somebody can be erased, and nothing personal is declared at all")
	}
}

// deepest is the depth to which fieldsOf follows a recursive type.
const deepest = 8

// fieldsOf maps the stored path of each field of an event, like "order.placed lines.note", to the
// type of the field.
func fieldsOf(eventType string, kind reflect.Type, above []string) map[string]reflect.Type {
	found := make(map[string]reflect.Type)
	for !slices.Contains(whole, kind) && slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map}, kind.Kind()) {
		kind = kind.Elem()
	}
	if kind.Kind() != reflect.Struct || slices.Contains(whole, kind) || encodesItself(kind) || len(above) == deepest {
		return found
	}
	for field := range kind.Fields() {
		if !stored(field) {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		path := above
		if !field.Anonymous || name != "" {
			path = append(slices.Clone(above), name)
			found[eventType+" "+strings.Join(path, ".")] = field.Type
		}
		maps.Copy(found, fieldsOf(eventType, field.Type, path))
	}
	return found
}

func TestFieldsOfANestedStructAreLookedAt(t *testing.T) {
	t.Parallel()
	found := fieldsOf("everything", reflect.TypeFor[everything](), nil)
	for _, id := range []string{"everything name", "everything lines.article", "everything by.wishes", "everything article"} {
		if found[id] == nil {
			t.Errorf("%s is not among %v", id, slices.Sorted(maps.Keys(found)))
		}
	}
}

// EachPersonal passes every field of the type Personal to its callback. In the service, the
// callback encrypts the field, and the database refuses an event with a field that is not
// encrypted. If EachPersonal leaves out a field, this test fails. So the fault is found before a
// database refuses an event.
func TestEachPersonalNamesThemAll(t *testing.T) {
	t.Parallel()
	for _, sample := range samples(t) {
		want := 0
		for _, kind := range fieldsOf(sample.EventType(), reflect.TypeOf(sample), nil) {
			if kind == reflect.TypeFor[event.Personal]() {
				want++
			}
		}
		e, ok := sample.(event.PersonalEvent)
		if !ok {
			if want > 0 {
				t.Errorf("%s has %d personal fields, and no EachPersonal", sample.EventType(), want)
			}
			continue
		}
		names := map[string]bool{}
		changed := e.EachPersonal(func(field event.Field, value *event.Personal) {
			names[field.Name] = true
			*value = event.NewEncrypted(9, field.Name)
		})
		if len(names) != want || e.Person(uuid.Max) == uuid.Nil {
			t.Errorf("%s: EachPersonal names %v, of %d", sample.EventType(), names, want)
		}
		text, err := json.Marshal(changed)
		if err != nil || strings.Count(string(text), "encrypted.1.9.") != want {
			t.Errorf("%s: after EachPersonal: %s, %v", sample.EventType(), text, err)
		}
	}
}

// Each declaration of a unique value is valid, and names a field that EachPersonal passes to its
// callback. The append compares the whole declared event.Field with the fields of EachPersonal, not
// only the name: if they differ, the command fails.
func TestUniqueValuesAreDeclaredRightly(t *testing.T) {
	t.Parallel()
	for _, sample := range samples(t) {
		e, ok := sample.(event.UniqueEvent)
		if !ok {
			continue
		}
		if _, err := event.UniqueIn(e); err != nil {
			t.Errorf("%v: use the variable of EachPersonal", err)
		}
	}
}

// Each event that erases a person is published, so that consumers delete the person's data. The
// message contains only the id of the stream.
func TestEachErasureIsPublished(t *testing.T) {
	t.Parallel()
	for _, e := range samples(t) {
		if _, erases := e.(event.Erasure); !erases {
			continue
		}
		if fault := faultOfErasure(t, e); fault != "" {
			t.Errorf("%s %s: docs/how-to/forget-a-person.md says what consumers need", e.EventType(), fault)
		}
	}
	for want, e := range map[string]event.Event{"": published{}, "is not published": unpublished{}, "says more than whom: [reason]": talkative{}} {
		if fault := faultOfErasure(t, e); fault != want {
			t.Errorf("%T: %q", e, fault)
		}
	}
}

// faultOfErasure returns what is wrong with the message of an event that erases a person, or "" if
// nothing is wrong.
func faultOfErasure(t *testing.T, e event.Event) string {
	t.Helper()
	id := uuid.New()
	message, public := event.PublicMessage(id, e)
	if !public {
		return "is not published"
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(encode(t, message.Data)), &fields); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(fields, func(_ string, value any) bool { return value == id.String() })
	if len(fields) > 0 {
		return fmt.Sprintf("says more than whom: %v", slices.Sorted(maps.Keys(fields)))
	}
	return ""
}

type (
	unpublished struct{}
	published   struct{ unpublished }
	talkative   struct{ unpublished }
)

func (unpublished) EventType() string  { return "somebody.erased" }
func (unpublished) SchemaVersion() int { return 1 }

func (published) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.Erased.v1", Data: map[string]any{"id": id}}
}

func (talkative) Message(id uuid.UUID) event.Message {
	return event.Message{Type: "com.example.Erased.v1", Data: map[string]any{"id": id, "reason": "asked for"}}
}
