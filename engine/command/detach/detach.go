package detach

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"example.com/pgcqrs/engine/event"
)

// deepest limits how deeply the values in an event may be nested. Without the limit, copying an
// event that contains itself would never end.
const deepest = 1000

// Event returns a copy of an event that shares no memory with the event. A later change of the
// event in place does not change the copy, and a change of the copy does not change the event. The
// copy also shares no list with a state or a command from which Decide took the list. If the event
// has no lists, maps or pointers, Event returns the event itself.
func Event(e event.Event) event.Event {
	if e == nil || IsFlat(reflect.TypeOf(e)) {
		return e
	}
	value := reflect.New(reflect.TypeOf(e)).Elem()
	value.Set(reflect.ValueOf(e))
	detach(value, 0)
	copied, _ := reflect.TypeAssert[event.Event](value) // the value has the event's own type, so this can't fail
	return copied
}

// All copies each of the given events with the function Event, and returns the copies.
func All(all []event.Event) []event.Event {
	var own []event.Event
	for i, e := range all {
		if e == nil || IsFlat(reflect.TypeOf(e)) {
			continue
		}
		if own == nil {
			own = slices.Clone(all) // the caller may change its list later
		}
		own[i] = Event(e)
	}
	if own == nil {
		return all
	}
	return own
}

// detach replaces each list, map and pointer target in a value by a copy. detach does not copy
// unexported fields, because unexported fields are not stored in the log.
func detach(v reflect.Value, depth int) {
	if depth > deepest {
		panic(fmt.Sprintf("%s is nested too deeply", v.Type()))
	}
	if IsFlat(v.Type()) {
		return
	}
	if EncodesItself(v.Type()) && v.CanInterface() {
		v.Set(readAgain(v))
		return
	}
	switch v.Kind() { //nolint:exhaustive // values of the other kinds have no reference, or none that is stored
	case reflect.Struct:
		for field, inner := range v.Fields() {
			if field.IsExported() || field.Anonymous && inner.Kind() == reflect.Struct {
				detach(inner, depth+1)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			detach(v.Index(i), depth+1)
		}
	case reflect.Slice:
		detachSlice(v, depth)
	case reflect.Map:
		detachMap(v, depth)
	case reflect.Pointer, reflect.Interface:
		detachPointed(v, depth)
	}
}

func detachSlice(v reflect.Value, depth int) {
	if v.IsNil() {
		return
	}
	copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(copied, v)
	if !IsFlat(v.Type().Elem()) {
		for i := range copied.Len() {
			detach(copied.Index(i), depth+1)
		}
	}
	v.Set(copied)
}

func detachMap(v reflect.Value, depth int) {
	if v.IsNil() {
		return
	}
	copied := reflect.MakeMapWithSize(v.Type(), v.Len())
	for key, element := range v.Seq2() {
		own := reflect.New(v.Type().Elem()).Elem()
		own.Set(element)
		detach(own, depth+1)
		copied.SetMapIndex(key, own)
	}
	v.Set(copied)
}

// detachPointed replaces the target of a pointer, or the value in an interface, by a copy.
func detachPointed(v reflect.Value, depth int) {
	if v.IsNil() {
		return
	}
	own := reflect.New(v.Elem().Type())
	own.Elem().Set(v.Elem())
	detach(own.Elem(), depth+1)
	if v.Kind() == reflect.Pointer {
		v.Set(own)
	} else {
		v.Set(own.Elem())
	}
}

// readAgain encodes a value as JSON and decodes the JSON again. The result is the value that a
// reader of the log would get.
func readAgain(v reflect.Value) reflect.Value {
	again := reflect.New(v.Type())
	text, err := json.Marshal(v.Interface())
	if err == nil {
		err = json.Unmarshal(text, again.Interface())
	}
	if err != nil {
		panic(fmt.Sprintf("%s can't be stored and read again: %v", v.Type(), err))
	}
	return again.Elem()
}
