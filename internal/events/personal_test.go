package events_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// looksPersonal are names of fields that mostly say something about a person.
var looksPersonal = regexp.MustCompile(`(?i)name|mail|phone|address|birth|owner|street|city|iban|gender|comment|note|reference|ip$`)

// notPersonal are those that are stored in clear all the same, and why.
var notPersonal = map[string]string{
	"account.opened owner":              "a label of the account's; who has customers to forget refers to one by customer_id and leaves names to it",
	"account.money_deposited reference": "what a movement is for; names of persons do not belong there",
	"account.money_withdrawn reference": "the same",
}

// Whoever adds a field that looks personal declares it as events.Personal, or says here
// why it is none.
func TestWhatLooksPersonalIsDeclared(t *testing.T) {
	t.Parallel()
	personal := reflect.TypeFor[events.Personal]()
	declared := 0
	for _, sample := range samples(t) {
		kind := reflect.TypeOf(sample)
		for field := range kind.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			id := sample.EventType() + " " + name
			_, excused := notPersonal[id]
			switch {
			case field.Type == personal:
				declared++
			case looksPersonal.MatchString(name) && !excused:
				t.Errorf("%s looks personal and is stored in clear: make it events.Personal, or say in notPersonal why not", id)
			}
		}
	}
	if declared == 0 && len(events.Erasing) > 0 {
		t.Error("somebody can be erased, and nothing personal is declared at all")
	}
}

// EachPersonal names every Personal of an event: one that it left out could never be
// stored, which is safe, and found out here, which is sooner.
func TestEachPersonalNamesThemAll(t *testing.T) {
	t.Parallel()
	for _, sample := range samples(t) {
		value, want := reflect.ValueOf(sample), 0
		for _, field := range value.Fields() {
			if field.Type() == reflect.TypeFor[events.Personal]() {
				want++
			}
		}
		event, ok := sample.(events.PersonalEvent)
		if !ok {
			if want > 0 {
				t.Errorf("%s has %d personal fields, and no EachPersonal", sample.EventType(), want)
			}
			continue
		}
		names := map[string]bool{}
		changed := event.EachPersonal(func(field events.Field, value *events.Personal) {
			names[field.Name] = true
			*value = events.NewSealed(9, field.Name)
		})
		if len(names) != want || event.Person(uuid.Max) == uuid.Nil {
			t.Errorf("%s: EachPersonal names %v, of %d", sample.EventType(), names, want)
		}
		text, err := json.Marshal(changed)
		if err != nil || strings.Count(string(text), "sealed.1.9.") != want {
			t.Errorf("%s: after EachPersonal: %s, %v", sample.EventType(), text, err)
		}
	}
}

func TestPersonalHidesItself(t *testing.T) {
	t.Parallel()
	event := struct {
		Name events.Personal `json:"name"`
	}{events.Private("Zaphod")}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, event); strings.Contains(text, "Zaphod") {
			t.Errorf("%s prints %s", format, text)
		}
	}
	if text, err := json.Marshal(event); err == nil {
		t.Errorf("it is stored in clear: %s", text)
	}
	if text, err := json.Marshal(events.Private("")); err != nil || string(text) != `""` {
		t.Errorf("nothing is stored as %s, %v", text, err)
	}
}
