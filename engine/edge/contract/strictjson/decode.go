package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"example.com/pgcqrs/engine/edge/contract/rules"
)

// These constants limit the depth of a JSON body and the number of its values, because the check of
// each value takes time. Field names take the most time. Without the limits, a body of 64 KiB could
// have 30,000 values and take as much processor time as dozens of requests. No request of this API
// needs so many values.
const (
	deepest    = 32
	mostValues = 2048
	mostNames  = 256 // maximum number of names in one object
)

var (
	errTooDeep = errors.New("nested too deeply")
	errTooMany = errors.New("too many values")
)

// decoder decodes JSON strictly. A string must be valid UTF-8, without lone surrogates and without
// NUL; jsontext checks all of this except NUL. The decoder refuses an object in which two names
// differ only by letter case, because a later reader might treat both as the same name.
type decoder struct {
	tokens *jsontext.Decoder
	wrong  *rules.Problems
	values int // number of values that were read
}

// Decode returns the JSON value in body, and adds the errors that it finds to the parameter wrong.
// If body does not have exactly one JSON value, Decode returns nil. A number is returned as a
// json.Number, with the digits that the client has sent.
func Decode(body []byte, wrong *rules.Problems) any {
	if len(bytes.TrimSpace(body)) == 0 {
		wrong.Add("body", "required", "is empty; must be a JSON object, {} at least")
		return nil
	}
	d := decoder{tokens: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true)), wrong: wrong}
	value, err := d.value("", 0)
	if err != nil {
		d.broken(err)
		return nil
	}
	if _, err := d.tokens.ReadToken(); !errors.Is(err, io.EOF) {
		wrong.Add("body", "single", "must be one JSON value with nothing after it")
		return nil
	}
	return value
}

func (d *decoder) value(path string, depth int) (any, error) {
	if depth > deepest {
		return nil, errTooDeep
	}
	if d.values++; d.values > mostValues {
		return nil, errTooMany
	}
	token, err := d.tokens.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '{':
		return d.object(path, depth)
	case '[':
		return d.array(path, depth)
	case '"':
		text := token.String()
		if strings.IndexByte(text, 0) >= 0 {
			d.wrong.Add(rules.OrBody(path), "nul", "must not contain the character NUL (U+0000)")
		}
		return text, nil
	case '0':
		return json.Number(token.String()), nil
	case 't', 'f':
		return token.Bool(), nil
	}
	return nil, nil
}

func (d *decoder) object(path string, depth int) (any, error) {
	object, seen := map[string]any{}, map[string]bool{}
	for d.tokens.PeekKind() != '}' {
		token, err := d.tokens.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String()
		if seen[folded(name)] {
			d.wrong.Add(rules.Join(path, name), "duplicate", "is given twice; names that differ by letter case only count as the same")
		}
		seen[folded(name)] = true
		if len(seen) > mostNames {
			return nil, errTooMany
		}
		if object[name], err = d.value(rules.Join(path, name), depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.tokens.ReadToken()
	return object, err
}

func (d *decoder) array(path string, depth int) (any, error) {
	array := []any{}
	for d.tokens.PeekKind() != ']' {
		item, err := d.value(rules.Join(path, strconv.Itoa(len(array))), depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, item)
	}
	_, err := d.tokens.ReadToken()
	return array, err
}

// broken adds the error about a body that can't be decoded: the body has too many or too deeply
// nested values, or is not valid JSON. The error about invalid JSON names the field and the first
// wrong byte, but never shows a value.
func (d *decoder) broken(err error) {
	if errors.Is(err, errTooDeep) {
		d.wrong.Add("body", "depth", fmt.Sprintf("may be nested %d levels deep", deepest))
		return
	}
	if errors.Is(err, errTooMany) {
		d.wrong.Add("body", "values", fmt.Sprintf("may hold %d values, and %d fields in one object", mostValues, mostNames))
		return
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		d.wrong.Add("body", "json", "is not complete JSON")
		return
	}
	field := strings.Join(strings.FieldsFunc(string(syntax.JSONPointer), func(r rune) bool { return r == '/' }), ".")
	d.wrong.Add(rules.OrBody(field), "json", fmt.Sprintf("is not valid JSON in UTF-8, from byte %d on", syntax.ByteOffset))
}

// folded returns the same text for all names that differ only by letter case. Two letters differ
// only by case if encoding/json treats them as equal in field names.
func folded(name string) string {
	for i := range len(name) {
		if c := name[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return strings.Map(smallestFold, name)
		}
	}
	return name
}

// smallestFold returns the smallest rune among r and the runes that differ from r only by letter
// case. For an ASCII letter, smallestFold returns the lower-case letter: most names are in lower
// case, so folded can return them unchanged.
func smallestFold(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	smallest := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		if 'A' <= next && next <= 'Z' {
			return next + 'a' - 'A'
		}
		smallest = min(smallest, next)
	}
	return smallest
}
