package query

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// CursorOf returns the cursor that Encode has encoded, and refuses every other text.
func FuzzCursor(f *testing.F) {
	for _, c := range []Cursor{{Of: "owner", Key: "Ada", ID: uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")}, {Of: "events", Version: 7}, {}} {
		f.Add(*c.Encode(), c.Of)
	}
	f.Add("e30", "")
	f.Add("!", "owner")
	f.Fuzz(func(t *testing.T, text, of string) {
		c, err := CursorOf(&text, of)
		if err != nil {
			return
		}
		if c.Of != of || c.Version < 0 || strings.ContainsRune(c.Key, 0) {
			t.Fatalf("%q is taken for %+v", text, c)
		}
		again, err := CursorOf(c.Encode(), of)
		if utf8.ValidString(c.Key) && utf8.ValidString(of) && (err != nil || again != c) {
			t.Fatalf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}

// PreconditionOf returns the versions that the header If-Match lists as strong entity tags.
// NoneMatch finds a tag that If-None-Match lists, also among other tags.
func FuzzEntityTags(f *testing.F) {
	for _, seed := range []string{`"1"`, `*`, ` * `, `W/"1"`, `"1", "2"`, `"01"`, `"-1"`, `"`, `""`, `"a","3"`, `"9223372036854775808"`} {
		f.Add(seed, int64(3))
	}
	f.Fuzz(func(t *testing.T, header string, version int64) {
		condition := PreconditionOf(&header)
		if condition.Any != (strings.TrimSpace(header) == "*") {
			t.Fatalf("%q: any %v", header, condition.Any)
		}
		for _, v := range condition.Versions {
			if !strings.Contains(header, `"`+strconv.FormatInt(v, 10)+`"`) {
				t.Fatalf("%q is said to name %d", header, v)
			}
		}
		tag := strconv.FormatInt(version, 10)
		if strings.Count(header, `"`)%2 != 0 || strings.TrimSpace(header) == "*" {
			return
		}
		listed := header + `, "` + tag + `"`
		if !slices.Contains(PreconditionOf(&listed).Versions, version) {
			t.Fatalf("%q does not name %s", listed, tag)
		}
		if NoneMatch(&listed, tag) {
			t.Fatalf("%q is said not to list %s", listed, tag)
		}
	})
}

// WaitOf returns a time within the allowed limits, and ignores a preference that it can't parse.
func FuzzPrefer(f *testing.F) {
	for _, seed := range []string{"wait=5", "wait=31", "Wait = \"2\"", "respond-async, wait=0;x=y", "wait=-1", "wait=1e3", "wait", ",,", "wait=99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		wait, asked := WaitOf(&header)
		if wait < 0 || wait > mostWait || !asked && wait != usualWait || wait%time.Second != 0 {
			t.Fatalf("%q waits %s (asked %v)", header, wait, asked)
		}
	})
}
