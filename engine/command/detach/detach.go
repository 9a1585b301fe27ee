package detach

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"example.com/pgcqrs/engine/event"
)

// deepest bounds how far an event may be nested: one that holds itself never ends.
const deepest = 1000

// Event returns an event that shares with the given one nothing that a change in place could reach:
// neither the state and the command that Decide made it of, nor the state that Evolve makes of it.
// It returns an event without lists, maps and pointers as it is.
func Event(e event.Event) event.Event {
	if e == nil || IsFlat(reflect.TypeOf(e)) {
		return e
	}
	value := reflect.New(reflect.TypeOf(e)).Elem()
	value.Set(reflect.ValueOf(e))
	detach(value, 0)
	copied, _ := reflect.TypeAssert[event.Event](value) // it is of the event's own type
	return copied
}

// All returns the events, each detached by Event.
func All(all []event.Event) []event.Event {
	var own []event.Event
	for i, e := range all {
		if e == nil || IsFlat(reflect.TypeOf(e)) {
			continue
		}
		if own == nil {
			own = slices.Clone(all) // the caller may use its list again
		}
		own[i] = Event(e)
	}
	if own == nil {
		return all
	}
	return own
}

// detach replaces what a value refers to by copies. It leaves unexported fields, which are not
// stored.
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
	switch v.Kind() { //nolint:exhaustive // the others hold no reference, or none that is stored
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

// detachPointed detaches what a pointer or an interface points to.
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

// readAgain returns a value as the log would return it: encoded and decoded.
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
