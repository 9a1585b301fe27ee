// Package cmd_test tests the command lines of the built programs.
package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// programs lists all programs except cmd/dev and cmd/adopt, which have tests of their own.
var programs = []string{"api", "projector", "ops", "migrate", "issuer"}

// verbs lists, for each program, the subcommands (verbs) that may follow its name on the command
// line.
var verbs = map[string][]string{
	"ops": {
		"projections list", "projections parked", "projections retry", "projections discard", "projections resume", "projections reconcile",
		"projections rebuild", "chain verify", "chain head", "messages list", "messages redrive", "messages drop", "stats",
	},
	"migrate": {"rotate-key", "drop-old-keys", "erase-again", "new-epoch", "issuer"},
}

// build builds the programs into a temporary folder of the test, as the Dockerfile does.
func build(t *testing.T) (dir string) {
	t.Helper()
	noteSources(t)
	dir = t.TempDir()
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`-ldflags="(.*)"`).FindSubmatch(dockerfile)
	if told == nil {
		t.Fatal("the Dockerfile tells the linker nothing")
	}
	ldflags := os.Expand(string(told[1]), func(argument string) string {
		return map[string]string{"VERSION": "9.8.7", "REVISION": "d2e549a"}[argument]
	})
	args := []string{"build", "-buildvcs=false", "-ldflags", ldflags, "-o", dir}
	for _, name := range programs {
		if name == "issuer" {
			args = append(args, "example.com/pgcqrs/engine/enginetest/devissuer/issuer")
			continue
		}
		args = append(args, "./"+name)
	}
	if said, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, said)
	}
	return dir
}

// noteSources reads the source files of the programs, so that go test knows that the test depends
// on them. After a change of one of these files, go test runs the test again, and does not return a
// cached result.
func noteSources(t *testing.T) {
	t.Helper()
	for _, root := range []string{".", "../engine", "../internal", "../api", "../migrations"} {
		if _, err := os.Stat(root); err != nil {
			continue // a service may use a published engine, which has no folder here
		}
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

type outcome struct {
	code     int
	out, err string
}

// nothing is an empty environment.
var nothing = []string{}

// nobody is an environment with all variables that a program needs to start. The program then
// fails, because it can't reach the database that the environment names.
var nobody = []string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none?connect_timeout=1", "AUTH=off"}

// start runs a program in an environment and waits until the program ends.
func start(t *testing.T, path string, env []string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, path, args...)
	command.Env, command.Dir = env, t.TempDir()
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return outcome{command.ProcessState.ExitCode(), out.String(), errs.String()}
}

// Every program prints its help and its version without any setup. A program with a wrong command
// line ends with an error before it does anything.
func TestCommandLines(t *testing.T) {
	t.Parallel()
	dir := build(t)
	for _, name := range []string{"api", "projector"} {
		t.Run(name+" logs what it is", func(t *testing.T) {
			t.Parallel()
			got := start(t, filepath.Join(dir, name), nobody)
			if first, _, _ := strings.Cut(got.err, "\n"); got.code != 1 || !strings.Contains(first, `"msg":"starting","version":"9.8.7","revision":"d2e549a","go":"go`) {
				t.Errorf("got %+v", got)
			}
		})
	}
	for _, program := range probed {
		t.Run(program.name+" is asked whether it is ready", func(t *testing.T) {
			t.Parallel()
			asksWhetherReady(t, dir, program)
		})
	}
	for _, name := range programs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, name)
			for _, flag := range []string{"-h", "-help", "--help"} {
				helps(t, start(t, path, nothing, flag), name)
			}
			for _, flag := range []string{"-version", "--version"} {
				got := start(t, path, nothing, flag)
				if want := `^(pgcqrs|devissuer) ` + name + ` 9\.8\.7 \(d2e549a, go\S+\)\n$`; got.code != 0 || !regexp.MustCompile(want).MatchString(got.out) || got.err != "" {
					t.Errorf("%s: got %+v, want %s", flag, got, want)
				}
			}
			switch name {
			case "api", "projector", "ops", "migrate":
				listsVariables(t, name, start(t, path, nothing, "-h").out)
			}
			if verbs[name] != nil {
				helps(t, start(t, path, nothing, "help"), name, verbs[name]...)
			}
			for _, verb := range verbs[name] {
				words := strings.Fields(verb)
				helps(t, start(t, path, nothing, slices.Concat(words, []string{"-h"})...), name+" "+verb)
				helps(t, start(t, path, nothing, slices.Concat([]string{"help"}, words)...), name+" "+verb)
				refuses(t, start(t, path, nothing, slices.Concat(words, []string{"-nonsense"})...), name+" "+verb)
				refuses(t, start(t, path, nothing, slices.Concat(words, []string{"one", "too", "many"})...), name+" "+verb)
				if len(words) == 2 {
					helps(t, start(t, path, nothing, words[0], "-h"), name, verb)
					refuses(t, start(t, path, nothing, words[0]), name+" "+verb)
				}
			}
			if name == "projector" {
				sendsOperatorsAway(t, path)
			}
			for _, args := range wrong[name] {
				refuses(t, start(t, path, nothing, strings.Fields(args)...), name)
			}
			refuses(t, start(t, path, nothing, "-nonsense"), name)
			refuses(t, start(t, path, nothing, "one", "too", "many"), name)
			refuses(t, start(t, path, nothing, ""), name)
		})
	}
}

// server is a program whose container checks with -healthcheck whether the process is ready.
type server struct {
	name      string
	addresses []string          // environment variables that set the address of the probes
	answers   map[string]string // address to which -healthcheck sends its request, by the setting
}

var probed = []server{
	{"api", []string{"API_ADDR", "API_OPS_ADDR"}, map[string]string{"": "API_OPS_ADDR", "AUTH=oidc": "API_OPS_ADDR", "AUTH=off": "API_ADDR"}},
	{"projector", []string{"PROJECTOR_ADDR"}, map[string]string{"": "PROJECTOR_ADDR"}},
}

// asksWhetherReady runs a program with -healthcheck three times: while a process is ready, while a
// process is not ready, and while no process runs. The program must not use the HTTP proxy that its
// environment variables name.
func asksWhetherReady(t *testing.T, dir string, program server) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":0") // on all interfaces, as a program in a container listens
	if err != nil {
		t.Fatal(err)
	}
	var ready atomic.Bool
	running := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" || !ready.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})}
	go func() { _ = running.Serve(listener) }()
	t.Cleanup(func() { _ = running.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	const nobody = "0.0.0.0:1"
	for set, variable := range program.answers {
		env := []string{"HTTP_PROXY=http://127.0.0.1:1", set}
		for _, address := range program.addresses {
			env = append(env, address+"="+nobody)
		}
		for c, want := range map[string]int{"ready": 0, "not ready": 1, "nobody": 1} {
			ready.Store(c == "ready")
			address := "0.0.0.0:" + port
			if c == "nobody" {
				address = nobody
			}
			got := start(t, filepath.Join(dir, program.name), append(env, variable+"="+address), "-healthcheck")
			if got.code != want || got.out != "" || (got.err == "") != (want == 0) {
				t.Errorf("%s %s=%s, %s: got %+v, want %d", set, variable, address, c, got, want)
			}
		}
	}
	if got := start(t, filepath.Join(dir, program.name), []string{program.addresses[0] + "=nonsense", "AUTH=nonsense"}, "-healthcheck"); got.code != 1 || got.err == "" {
		t.Errorf("addresses that are none: got %+v", got)
	}
}

// wrong lists command lines that the programs must reject.
var wrong = map[string][]string{
	"api":       {"help", "serve", "-healthcheck now", "-healthcheck=maybe", "now -healthcheck"},
	"projector": {"help", "help nonsense", "run", "-healthcheck stats", "stats -healthcheck", "projections rebuild balances", "chain"},
	"ops": {
		"help nonsense", "status", "run", "-healthcheck", "-json", "projections", "projections nonsense", "projections rebuild", "projections rebuild -undo -drop balances",
		"projections reconcile -accept balances", "projections reconcile balances", "projections discard balances 1", "messages drop -note x 1", "messages redrive 1", "list", "stats now",
	},
	"migrate": {"help nonsense", "up", "rotate-key now", "-xml", "-json now"},
	"issuer":  {"issuer:8083", "ftp://issuer", "http://", "help"},
}

func helps(t *testing.T, got outcome, usage string, names ...string) {
	t.Helper()
	if got.code != 0 || got.err != "" || !strings.Contains(got.out, usage) {
		t.Errorf("help of %s: got %+v", usage, got)
	}
	for _, name := range names {
		if !strings.Contains(got.out, usage+" "+name) {
			t.Errorf("help of %s does not name %s:\n%s", usage, name, got.out)
		}
	}
}

func refuses(t *testing.T, got outcome, usage string) {
	t.Helper()
	if got.code != 2 || got.out != "" || !strings.Contains(got.err, usage) || strings.Contains(got.err, "DATABASE_URL is not set") {
		t.Errorf("wrong arguments of %s: got %+v", usage, got)
	}
}

// sendsOperatorsAway checks that the projector rejects each subcommand of cmd/ops, and that the
// error says to use cmd/ops.
func sendsOperatorsAway(t *testing.T, path string) {
	t.Helper()
	for _, verb := range verbs["ops"] {
		got := start(t, path, nothing, append(strings.Fields(verb), "balances")...)
		refuses(t, got, "usage: projector")
		if want := "this is for an operator: run cmd/ops " + verb + " balances\n"; !strings.Contains(got.err, want) {
			t.Errorf("projector %s: got %+v, want %s", verb, got, want)
		}
	}
}

// listsVariables checks that the help lists the variables of docs/configuration.md, with their
// defaults, in at most 100 columns.
func listsVariables(t *testing.T, name, help string) {
	t.Helper()
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "<!-- config "+name+" -->\n")
	table, _, _ = strings.Cut(table, "<!-- end -->")
	rows := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `?([^`|]*?)`? \\|").FindAllStringSubmatch(table, -1)
	if len(rows) < 5 {
		t.Fatalf("docs/configuration.md's table of %s has %d rows", name, len(rows))
	}
	for _, row := range rows {
		form := `(?m)^  ` + row[1] + ` \((default:? )?` + regexp.QuoteMeta(strings.Trim(row[2], "()")) + `\)$`
		if !regexp.MustCompile(form).MatchString(help) {
			t.Errorf("help of %s does not have %s (%s):\n%s", name, row[1], row[2], help)
		}
	}
	for line := range strings.Lines(help) {
		if len([]rune(line)) > 100+len("\n") {
			t.Errorf("help of %s has a line of over 100 columns: %s", name, line)
		}
	}
}
