package command

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"example.com/pgcqrs/engine/event"
)

// deepest bounds how far an event may be nested: one that holds itself never ends.
const deepest = 1000

// detached returns an event that shares nothing with the one given that a change in place
// could reach: neither with the state and the command that Decide made it of, nor with what
// Evolve makes of it. An event that holds no list, map or pointer is returned as it is.
func detached(e event.Event) event.Event {
	if e == nil || isFlat(reflect.TypeOf(e)) {
		return e
	}
	value := reflect.New(reflect.TypeOf(e)).Elem()
	value.Set(reflect.ValueOf(e))
	detach(value, 0)
	copied, _ := reflect.TypeAssert[event.Event](value) // it is of the event's own type
	return copied
}

// detachedAll returns events of which each is detached.
func detachedAll(all []event.Event) []event.Event {
	var own []event.Event
	for i, e := range all {
		if e == nil || isFlat(reflect.TypeOf(e)) {
			continue
		}
		if own == nil {
			own = slices.Clone(all) // whoever made the list may use it again
		}
		own[i] = detached(e)
	}
	if own == nil {
		return all
	}
	return own
}

// detach replaces what a value refers to by copies. Fields that are not exported are left:
// nothing of them is stored.
func detach(v reflect.Value, depth int) {
	if depth > deepest {
		panic(fmt.Sprintf("%s is nested too deeply", v.Type()))
	}
	if isFlat(v.Type()) {
		return
	}
	if encodesItself(v.Type()) && v.CanInterface() {
		v.Set(readAgain(v))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others hold nothing, or nothing that is stored
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
	if !isFlat(v.Type().Elem()) {
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

// detachPointed is for pointers and interfaces.
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

// encodesItself reports whether a type has a JSON form of its own, like a decimal: what it
// refers to may be in fields that only its package can copy.
func encodesItself(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// readAgain returns what the log will give for a value.
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

var flat sync.Map // reflect.Type → bool

// isFlat reports whether a copy of a value of this type shares nothing with it that could be
// changed in place.
func isFlat(kind reflect.Type) bool {
	if known, ok := flat.Load(kind); ok {
		is, _ := known.(bool) // nothing else is stored
		return is
	}
	is := looksFlat(kind)
	flat.Store(kind, is)
	return is
}

func looksFlat(kind reflect.Type) bool {
	switch kind.Kind() { //nolint:exhaustive // the others are references
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	case reflect.Array:
		return isFlat(kind.Elem())
	case reflect.Struct:
		if kind == reflect.TypeFor[time.Time]() { // nothing changes the zone that it points to
			return true
		}
		for field := range kind.Fields() {
			if !isFlat(field.Type) {
				return false
			}
		}
	}
	return true
}
