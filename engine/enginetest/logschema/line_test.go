package logschema

import (
	"strings"
	"testing"
)

const page = "x\n<!-- fields -->\n| Field | Type | Meaning |\n|---|---|---|\n" +
	"| `status` | integer | it |\n| `seconds` | number | it |\n| `error` | text | it |\n| `ids` | list or true/false | it |\n<!-- /fields -->\n" +
	"<!-- lines -->\n### A\n| `msg` | Level | Fields | When |\n|---|---|---|---|\n" +
	"| `request` | info, warn | `status`, [`error`], [`seconds`], [`ids`] | always |\n| `ended` | info | | |\n| `not safe: …` | error | | |\n<!-- /lines -->\n"

// Check accepts exactly the lines that the page describes.
func TestLinesAreChecked(t *testing.T) {
	t.Parallel()
	schema, err := Read(page)
	if err != nil {
		t.Fatal(err)
	}
	const time = `{"time":"2026-11-29T01:02:03.456789Z",`
	for line, want := range map[string]string{
		time + `"level":"INFO","msg":"request","status":200}`:                                     "",
		time + `"level":"WARN","msg":"request","status":200,"error":"x","seconds":1.5,"ids":[1]}`: "",
		time + `"level":"WARN","msg":"request","status":200,"seconds":1,"ids":true}`:              "",
		time + `"level":"WARN","msg":"request","status":200,"ids":null}`:                          "",
		time + `"level":"ERROR","msg":"not safe: whatever"}`:                                      "",
		`{"level":"INFO","msg":"ended"}`:                                                          "its time is",
		`{"time":"now","level":"INFO","msg":"ended"}`:                                             "its time is",
		time + `"level":"INFO","msg":"request"}`:                                                  "status is missing",
		time + `"level":"INFO","msg":"other"}`:                                                    "is not listed",
		time + `"level":"ERROR","msg":"ended"}`:                                                   "its level is",
		time + `"level":"info","msg":"ended"}`:                                                    "its level is",
		time + `"level":"INFO","msg":"ended","status":1}`:                                         "the field status is not listed",
		time + `"level":"INFO","msg":"request","status":1,"new":1}`:                               "the field new is not listed",
		time + `"level":"INFO","msg":"request","status":"200"}`:                                   "want integer",
		time + `"level":"INFO","msg":"request","status":1.5}`:                                     "want integer",
		time + `"level":"INFO","msg":"request","status":200,"error":{"a":1}}`:                     "want text",
		time + `"level":"INFO","msg":"request","status":200,"ids":"a"}`:                           "want list or true/false",
		time + `"level":"INFO","msg":"ended"}{}`:                                                  "more than one",
		"panic: x":                                                                                "is not JSON",
		"":                                                                                        "is not JSON",
	} {
		err := schema.Check(line)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
	if got := strings.Join(schema.Messages(), "|"); got != "ended|not safe: …|request" {
		t.Errorf("got %s", got)
	}
}

// A page with a row that can't be read, or that names an unknown field, level or type, is refused.
func TestBadPagesAreRefused(t *testing.T) {
	t.Parallel()
	for old, broken := range map[string]string{
		"<!-- fields -->": "", "<!-- /lines -->": "", "| integer |": "| whole |", "| info, warn |": "| notice |", "`status`, [": "`state`, [",
		"| `ended` | info | | |": "| `ended` | info | |", "| `ended` |": "| `request` |", "| `seconds` |": "| `status` |",
	} {
		if _, err := Read(strings.Replace(page, old, broken, 1)); err == nil {
			t.Errorf("%q instead of %q is accepted", broken, old)
		}
	}
}
