package logschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// always lists the fields that each line has.
var always = []string{"time", "level", "msg"}

// Check returns an error if a line does not have the form that the page describes.
func (s *Schema) Check(text string) error {
	var line map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&line); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if decoder.More() || bytes.ContainsAny([]byte(text), "\r\n") {
		return errors.New("it is more than one JSON object")
	}
	given, _ := line["time"].(string)
	if _, err := time.Parse(time.RFC3339Nano, given); err != nil {
		return fmt.Errorf("its time is %q", given)
	}
	message, _ := line["msg"].(string)
	known, ok := s.Line(message)
	if !ok {
		return fmt.Errorf("the message %q is not listed", message)
	}
	if level, _ := line["level"].(string); !slices.Contains(known.Levels, strings.ToLower(level)) || level != strings.ToUpper(level) {
		return fmt.Errorf("its level is %q", level)
	}
	for _, field := range known.Fields {
		if _, ok := line[field]; !ok {
			return fmt.Errorf("the field %s is missing", field)
		}
	}
	for field, value := range line {
		switch {
		case slices.Contains(always, field):
		case !known.Has(field):
			return fmt.Errorf("the field %s is not listed for %q", field, message)
		case !slices.ContainsFunc(s.types[field], func(kind string) bool { return isOf(kind, value) }):
			return fmt.Errorf("the field %s is %v, want %s", field, value, strings.Join(s.types[field], " or "))
		}
	}
	return nil
}

// isOf reports whether a decoded value has a type of the page.
func isOf(kind string, value any) bool {
	switch value := value.(type) {
	case string:
		return kind == "text"
	case bool:
		return kind == "true/false"
	case json.Number:
		return kind == "number" || kind == "integer" && !strings.ContainsAny(value.String(), ".eE")
	case []any, nil: // an empty list of Go may be null
		return kind == "list"
	}
	return false
}
