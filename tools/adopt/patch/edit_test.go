package patch

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wired is a source file as a service may have it: it has lines that did not exist when the patches
// of the docs were written.
const wired = `package api

import (
	"acme/balances"
	"acme/orders"
	"acme/trail"
)

func wire() {
	accounts := handler("account")
	orders := handler("order")

	observe(accounts, orders)
	if true {
		log("a")
	}
	if true {
		log("b")
	}
}
`

func TestEditsFindTheirPlaces(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		hunk string
		want string // the new lines, and the line before them; "" if the edit is refused
		says string // a text that the error must contain
	}{
		"between two that something came between": {
			" \t\"acme/balances\"\n+\t\"acme/carts\"\n \t\"acme/customers\"\n", "\t\"acme/balances\"\n\t\"acme/carts\"\n", "",
		},
		"before one whose neighbour has gone": {
			" \t\"acme/history\"\n+\t\"acme/statements\"\n \t\"acme/trail\"\n", "\t\"acme/orders\"\n\t\"acme/statements\"\n\t\"acme/trail\"\n", "",
		},
		"after one that is further off": {
			" \taccounts := handler(\"account\")\n \tclients := handler(\"client\")\n+\tcarts := handler(\"cart\")\n \tobserve(accounts, clients)\n",
			"\taccounts := handler(\"account\")\n\tcarts := handler(\"cart\")\n", "",
		},
		"at the end": {
			" \t\tlog(\"b\")\n \t}\n }\n+\n+func carts() {}\n", "\t}\n}\n\nfunc carts() {}\n", "",
		},
		"in another's place": {
			" \n-\tobserve(accounts, orders)\n+\tobserve(accounts, orders, carts)\n \tif true {\n", "\n\tobserve(accounts, orders, carts)\n\tif true {\n", "",
		},
		"in the place of one of two that are alike": {
			" \t\tlog(\"a\")\n \t}\n-\tif true {\n+\tif false {\n \t\tlog(\"b\")\n", "\t}\n\tif false {\n\t\tlog(\"b\")\n", "",
		},
		"what is lined up in another way": {
			" \taccounts   :=   handler(\"account\")\n+\tcarts := handler(\"cart\")\n \torders := handler(\"order\")\n", "\taccounts := handler(\"account\")\n\tcarts := handler(\"cart\")\n", "",
		},
		"nowhere":               {" \tthere()\n+\tcarts()\n \tthere()\n", "", `no unique place for "carts()"`},
		"in the place of none":  {" \tx\n-\tthere()\n+\tcarts()\n \ty\n", "", `"there()" is missing`},
		"there already":         {" \t\"acme/balances\"\n+\t\"acme/orders\"\n \t\"acme/trail\"\n", "", `"\"acme/orders\"" exists there already`},
		"what is not Go":        {" \tobserve(accounts, orders)\n+\tif {\n \tif true {\n", "", "would no longer be valid Go"},
		"half of it has places": {" \t\"acme/balances\"\n+\t\"acme/carts\"\n \t\"acme/customers\"\n@@ -1 +1 @@\n \tthere()\n+\tcarts()\n \tthere()\n", "", "nothing was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "wire.go")
			if err := os.WriteFile(path, []byte(wired), 0o600); err != nil {
				t.Fatal(err)
			}
			err := Apply(dir, "--- a/wire.go\n+++ b/wire.go\n@@ -1 +1 @@\n"+tc.hunk, io.Discard)
			now, readErr := os.ReadFile(path)
			switch {
			case readErr != nil:
				t.Fatal(readErr)
			case tc.want != "" && (err != nil || !strings.Contains(string(now), tc.want)):
				t.Errorf("%v:\n%s", err, now)
			case tc.want == "" && (err == nil || !strings.Contains(err.Error(), tc.says)):
				t.Errorf("%v, want it to say %q", err, tc.says)
			case tc.want == "" && string(now) != wired:
				t.Errorf("it was changed all the same:\n%s", now)
			}
		})
	}
}

// TestAnEditIsWhole applies a patch of two files. In the second file, the change has no matching
// position. So Apply must leave both files unchanged.
func TestAnEditIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "b.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("one\ntwo\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "out.txt")
	if err := errors.Join(os.WriteFile(outside, []byte("one\n"), 0o600), os.Symlink(outside, filepath.Join(dir, "out.txt"))); err != nil {
		t.Fatal(err)
	}
	const good = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n one\n+more\n two\n"
	for second, says := range map[string]string{
		"--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n three\n+more\n four\n": "b.txt: there is no unique place",
		"--- a/c.txt\n+++ b/c.txt\n@@ -1 +1 @@\n one\n+more\n two\n":    "c.txt is not there",
		"--- a/../a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n one\n+more\n":       "../a.txt is not in this folder",
		"--- a/out.txt\n+++ b/out.txt\n@@ -1 +1 @@\n one\n+more\n":      "out.txt is not in this folder",
		"--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n one\n+x\n": ".git/config is not in this folder",
	} {
		err := Apply(dir, good+second, io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want it to say %q", err, says)
		}
		if now, _ := os.ReadFile(filepath.Join(dir, "a.txt")); string(now) != "one\ntwo\n" {
			t.Errorf("a.txt was changed: %q", now)
		}
	}
	if err := Apply(dir, good, io.Discard); err != nil {
		t.Error(err)
	}
}
