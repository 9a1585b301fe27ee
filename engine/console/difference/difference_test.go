package difference_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/console/difference"
)

// Between finds each changed place, and no other, also in numbers that a float64 can't tell apart.
func TestBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after string
		want          []difference.Change
	}{
		"equal":                {`{"a":1,"b":[1,2]}`, `{"b":[1,2],"a":1}`, nil},
		"a field":              {`{"a":1}`, `{"a":2}`, []difference.Change{{Path: "a", Before: "1", After: "2"}}},
		"a large number":       {`{"a":9007199254740992}`, `{"a":9007199254740993}`, []difference.Change{{Path: "a", Before: "9007199254740992", After: "9007199254740993"}}},
		"a new field":          {`{}`, `{"a":{"b":null}}`, []difference.Change{{Path: "a", After: `{"b":null}`}}},
		"a field that is gone": {`{"a":"<b>"}`, `{}`, []difference.Change{{Path: "a", Before: `"<b>"`}}},
		"an item deep inside":  {`{"a":{"b":[1,{"c":2}]}}`, `{"a":{"b":[1,{"c":3},4]}}`, []difference.Change{{Path: "a.b[1].c", Before: "2", After: "3"}, {Path: "a.b[2]", After: "4"}}},
		"another kind":         {`{"a":[1]}`, `{"a":{"0":1}}`, []difference.Change{{Path: "a", Before: "[1]", After: `{"0":1}`}}},
		"personal":             {`{"a":"encrypted.1.1.AAAA"}`, `{"a":"encrypted.1.2.BBBB"}`, []difference.Change{{Path: "a", Before: `"(personal)"`, After: `"(personal)"`}}},
		"a UUID as bytes": {`{"a":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}`, `{"a":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,255]}`, []difference.Change{{
			Path: "a", Before: `"00000000-0000-0000-0000-000000000000"`, After: `"01020304-0506-0708-090a-0b0c0d0e0fff"`,
		}}},
		"no JSON": {``, `{"a":1}`, []difference.Change{{Before: "null", After: `{"a":1}`}}},
	} {
		if got := difference.Between([]byte(c.before), []byte(c.after)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// Show hides encrypted texts, keeps all other texts, and leaves out the end of a large value.
func TestShow(t *testing.T) {
	t.Parallel()
	text := difference.Show([]byte(`{"name":"encrypted.1.7.c2VjcmV0","note":"say \"encrypted.1.\" twice","n":12345678901234567890}`))
	for _, want := range []string{`"name": "(personal)"`, `"note": "say \"encrypted.1.\" twice"`, `"n": 12345678901234567890`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not have %s", text, want)
		}
	}
	text = difference.Show([]byte(`{"id":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,255],"list":[1,-2.5],"text":"[1,2]","many":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,256]}`))
	for _, want := range []string{`"id": "01020304-0506-0708-090a-0b0c0d0e0fff"`, `"list": [1, -2.5]`, `"text": "[1,2]"`, `"many": [1, 2, 3,`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not have %s", text, want)
		}
	}
	if large := difference.Show([]byte(`"` + strings.Repeat("ä", 20_000) + `"`)); len(large) > 17_000 || !strings.HasSuffix(large, "…") || strings.ContainsRune(large, '\uFFFD') {
		t.Errorf("a large value has %d bytes, and ends in %q", len(large), large[len(large)-8:])
	}
	if text := difference.Show([]byte("no JSON")); text != "no JSON" {
		t.Errorf("no JSON is shown as %q", text)
	}
}
