package names

import (
	"strings"
	"testing"
)

// After renaming, the requirements in go.mod are in the order of go mod tidy. So make verify finds
// nothing to change.
func TestRequirementsStayInOrder(t *testing.T) {
	t.Parallel()
	const before = "module a.test/b\n\nrequire (\n\tz.test/moved v0.0.0\n\tb.test/one v1.0.0\n)\n\nrequire (\n\td.test/x v1.0.0 // indirect\n\tc.test/y v1.0.0 // indirect\n)\n"
	const after = "module a.test/b\n\nrequire (\n\tb.test/one v1.0.0\n\tz.test/moved v0.0.0\n)\n\nrequire (\n\tc.test/y v1.0.0 // indirect\n\td.test/x v1.0.0 // indirect\n)\n"
	if got := InVersions(before, "z.test/moved"); got != after {
		t.Errorf("got\n%s", got)
	}
}

// adopt refuses the path of the engine or of the tools as a service's path, because the engine and
// the tools keep their paths.
func TestPathsOfTheOtherModulesAreRefused(t *testing.T) {
	t.Parallel()
	for _, module := range []string{OldModule + "/engine", OldModule + "/tools"} {
		if _, err := New(module, "shop"); err == nil {
			t.Errorf("%s is taken", module)
		}
	}
}

// The new module path may contain the old name of the service. The method In must not replace the
// old name inside the new path.
func TestNamesThatHoldTheOldOnes(t *testing.T) {
	t.Parallel()
	n, err := New("github.com/acme/my"+OldService, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if got, count := n.In(OldModule + "/x " + OldService + " " + strings.ToUpper(OldService)); count != 3 || got != "github.com/acme/my"+OldService+"/x shop SHOP" {
		t.Errorf("%d places, %q", count, got)
	}
}

func TestTheServiceOfALaterMajorVersion(t *testing.T) {
	t.Parallel()
	if n, err := New("github.com/acme/orders/v2", ""); err != nil || n.Service != "orders" {
		t.Errorf("%v, %v", n, err)
	}
}

func TestOtherModulesKeepTheirPaths(t *testing.T) {
	t.Parallel()
	for _, module := range []string{"acme.test/shop", OldModule + "/engine/shop", OldModule + "x"} {
		n, err := New(module, "shop")
		if err != nil {
			t.Fatal(err)
		}
		const text = OldModule + "/engine " + OldModule + "/engine/event " + OldTools + "/dev " + OldTools + "/lab/load " + OldModule + "/engines " + OldModule + "/cmd/api"
		want := OldModule + "/engine " + OldModule + "/engine/event " + OldTools + "/dev " + module + "/tools/lab/load " + module + "/engines " + module + "/cmd/api"
		if got, count := n.In(text); got != want || count != 3 {
			t.Errorf("%d places, %q; want %q", count, got, want)
		}
	}
}
