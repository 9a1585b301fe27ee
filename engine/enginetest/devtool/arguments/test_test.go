package arguments

import (
	"strings"
	"testing"
)

func TestOwnFlagsAreTakenAndTheRestPasses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]struct {
		flags Test
		words string
	}{
		"":                            {Test{}, "./..."},
		"-db docker":                  {Test{DB: "docker"}, "./..."},
		"--db=local -race":            {Test{DB: "local"}, "-race ./..."},
		"-race -db local ./test/...":  {Test{DB: "local"}, "-race ./test/..."},
		"-run -db ./test/...":         {Test{}, "-run -db ./test/..."},
		"-cover -floor 70.5":          {Test{Floor: 70.5}, "-cover ./..."},
		"-run Foo -v":                 {Test{}, "-run Foo -v ./..."},
		"-run=Foo -count 3":           {Test{}, "-run=Foo -count 3 ./..."},
		"-run Foo ./internal/events":  {Test{}, "-run Foo ./internal/events"},
		"-coverprofile /tmp/c -v":     {Test{}, "-coverprofile /tmp/c -v ./..."},
		"-v -args -db docker":         {Test{}, "-v ./... -args -db docker"},
		"./test/... -run Foo":         {Test{}, "./test/... -run Foo"},
		"--count 2 example.com/a/b/c": {Test{}, "--count 2 example.com/a/b/c"},
		"-all":                        {Test{All: true}, "-tags=all -timeout=30m ./..."},
		"./test/http -all -v":         {Test{All: true}, "-tags=all -timeout=30m ./test/http -v"},
		"-all -tags a,b":              {Test{All: true}, "-tags=a,b,all -timeout=30m ./..."},
		"-all -timeout=5m":            {Test{All: true}, "-tags=all -timeout=5m ./..."},
	} {
		got, err := Parse("shop", strings.Fields("test "+line))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if f := got.Test; f.DB != want.flags.DB || f.All != want.flags.All || f.Floor != want.flags.Floor {
			t.Errorf("%q: got %+v, want %+v", line, f, want.flags)
		}
		if is := strings.Join(words(*got.Test), " "); is != want.words {
			t.Errorf("%q: go test gets %q, want %q", line, is, want.words)
		}
	}
	for _, line := range []string{"-db", "-floor", "-floor much", "-floor 101", "-floor -1", "-floor NaN", "-floor Inf"} {
		if got, err := Parse("shop", strings.Fields("test "+line)); err == nil {
			t.Errorf("%q: got %+v, want an error", line, got)
		}
	}
}

// words returns the words of a command line. If the line names no packages, words adds default
// packages.
func words(line Test) []string {
	if len(line.Packages()) == 0 {
		line = line.On([]string{"./..."})
	}
	return line.Words()
}

func TestPackagesStandBeforeTheArgumentsOfTests(t *testing.T) {
	t.Parallel()
	got, err := Parse("shop", strings.Fields("test ./a -v ./b -args -x ./c"))
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Join(got.Test.On([]string{"./d", "./e"}).Words(), " "); words != "-v ./d ./e -args -x ./c" {
		t.Errorf("go test gets %q", words)
	}
}
