package strictjson

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/engine/edge/contract/rules"
)

// If Decode accepts a text, the text is valid JSON, and encoding/json decodes it to the same value.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"amount":1}`, `{"amount":1,"AMOUNT":2}`, `{"a":{"b":[1,2.5e3,null,true,"x"]}}`, `"\ud800"`, "\"\xff\"", `[1`, `{}x`,
		`"\u0000"`, `-0`, `{"":1,"":2}`, `{"ſ":1,"s":2}`, ` `, `[[[[]]]]`, `1e999`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		wrong := &rules.Problems{}
		value := Decode(body, wrong)
		if !wrong.None() {
			return
		}
		if !json.Valid(body) || !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
			t.Fatalf("let %q through", body)
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, value); diff != "" {
			t.Fatalf("%q is read differently: %s", body, diff)
		}
	})
}
