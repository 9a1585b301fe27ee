package env

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/engine/process/cli"
)

// field describes one variable of a configuration.
type field struct {
	name, fallback, least, oneOf, meaning, example string
	required, isURL                                bool
	value                                          reflect.Value
}

// fieldsOf lists the variables of the struct that config points to, including the variables of
// embedded structs. If a field lacks a tag that it needs, fieldsOf panics, because this is a
// programming mistake.
func fieldsOf(config any) []field {
	return fieldsIn(reflect.ValueOf(config).Elem())
}

func fieldsIn(structure reflect.Value) []field {
	var fields []field
	for i := range structure.NumField() {
		kind := structure.Type().Field(i)
		if kind.Anonymous {
			fields = append(fields, fieldsIn(structure.Field(i))...)
			continue
		}
		f := field{
			name:     kind.Tag.Get("envconfig"),
			fallback: kind.Tag.Get("default"),
			least:    kind.Tag.Get("min"),
			oneOf:    kind.Tag.Get("oneof"),
			meaning:  kind.Tag.Get("desc"),
			example:  kind.Tag.Get("example"),
			required: kind.Tag.Get("required") == "true",
			isURL:    kind.Tag.Get("url") == "true",
			value:    structure.Field(i),
		}
		if f.name == "" || f.meaning == "" {
			panic(fmt.Sprintf("configuration field %s has no envconfig or no desc tag", kind.Name))
		}
		if !f.isURL && (strings.HasSuffix(f.name, "_URL") || strings.HasSuffix(f.name, "_URLS")) {
			panic(fmt.Sprintf("configuration field %s has no url tag", kind.Name))
		}
		fields = append(fields, f)
	}
	return fields
}

// checkGiven fails if a required variable is missing or empty. The check of envconfig itself would
// accept an empty value.
func (f field) checkGiven() error {
	if f.required && os.Getenv(f.name) == "" {
		return fmt.Errorf("%s is not set: %s Set it, or %s_FILE, to a value like %s", f.name, f.meaning, f.name, f.example)
	}
	return nil
}

// checkValue checks the tags min, oneof and url, which envconfig does not know.
func (f field) checkValue() error {
	if f.oneOf != "" && !slices.Contains(strings.Split(f.oneOf, ","), f.value.String()) {
		return fmt.Errorf("%s must be one of: %s", f.name, strings.ReplaceAll(f.oneOf, ",", ", "))
	}
	if f.isURL {
		return CheckURL(f.name, f.value.String())
	}
	if f.least == "" {
		return nil
	}
	least, err := f.minimum()
	if err != nil {
		panic(fmt.Sprintf("configuration field %s has a bad min tag: %v", f.name, err))
	}
	if f.value.Int() < least {
		return fmt.Errorf("%s must be at least %s", f.name, f.least)
	}
	return nil
}

func (f field) minimum() (int64, error) {
	if !f.value.CanInt() {
		return 0, errors.New("min is for numbers and durations")
	}
	if _, ok := reflect.TypeAssert[time.Duration](f.value); ok {
		least, err := time.ParseDuration(f.least)
		return int64(least), err
	}
	return strconv.ParseInt(f.least, 10, 64)
}

// Table returns a Markdown table of the struct that config points to: one row per variable, with
// its default and its meaning.
func Table(config any) string {
	var table strings.Builder
	table.WriteString("| Variable | Default | Meaning |\n|---|---|---|\n")
	for _, f := range fieldsOf(config) {
		fallback := "`" + f.fallback + "`"
		switch {
		case f.required:
			fallback = "required"
		case f.fallback == "":
			fallback = "(empty)"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", f.name, fallback, f.meaning)
	}
	return table.String()
}

// Variables describes the variables of the struct that config points to, for the help of a program.
func Variables(config any) []cli.Variable {
	var variables []cli.Variable
	for _, f := range fieldsOf(config) {
		fallback := "default " + f.fallback
		switch {
		case f.required:
			fallback = "required"
		case f.fallback == "":
			fallback = "default: empty"
		}
		variables = append(variables, cli.Variable{Name: f.name, Default: fallback, Meaning: f.meaning})
	}
	return variables
}
