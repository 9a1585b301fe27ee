package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// sampleMigration is there as long as the sample is. Other files of its may have the names of a service's own.
const sampleMigration = "migrations/00001_sample.sql"

// sampleFiles are the sample's own, and what measures and tries the template by it.
var sampleFiles = []string{
	"internal/events/account.go", "internal/events/account_messages.go", "internal/events/customer.go", "internal/events/customer_messages.go",
	"internal/events/testdata/account.*", "internal/events/testdata/customer.*",
	"internal/events/testdata/message_account.*", "internal/events/testdata/message_customer.*", "internal/events/testdata/fuzz",
	"internal/write/account", "internal/write/customer",
	"internal/read/balances", "internal/read/customers", "internal/read/history", "internal/read/statements",
	"internal/httpapi/accounts.go", "internal/httpapi/accounts_*.go", "internal/httpapi/customers.go", "internal/httpapi/customers_*.go", "internal/httpapi/testdata",
	sampleMigration,
	"tools/dev/sample.go",
	"test/compose", "tools/lab/attacks", "tools/lab/campaign", "tools/lab/lab.mk", "tools/lab/load", "tools/lab/upgrade",
	"test/http/accounts_*.go", "test/http/alerts_test.go", "test/http/schema_test.go",
	"tools/lab/replica/lossy_test.go", "tools/lab/replica/programs_test.go",
	"docs/performance", "docs/performance.md", "docs/scaling.md",
}

// cuts are the sample's lines in files that stay, each with the block that it begins.
var cuts = []struct {
	file  string
	lines *regexp.Regexp
}{
	{"internal/events/catalog.go", regexp.MustCompile(`^\t(Account|Customer|Money)\w+\{\}\.`)},
	{"internal/httpapi/options.go", regexp.MustCompile(`^\t(Accounts|Customers)\b`)},
	{"cmd/api/wire.go", regexp.MustCompile(`/internal/read/(balances|customers|history|statements)"|^\t(accounts|clients) :=|^\t\t(accounts|clients),|^\t\t(Accounts|Customers):`)},
	{"internal/read/read.go", regexp.MustCompile(`/internal/read/(balances|customers|history|statements)"|^\tprojector\.Add\((balances|customers|statements)\.`)},
	{"internal/write/write.go", regexp.MustCompile(`/internal/write/(account|customer)"|^(// |var )(Accounts|Customers) |^\t(Accounts|Customers)\.Fold`)},
	{"tools/dev/run.go", regexp.MustCompile(`\{tried\}`)},
	{"migrations/migrations.go", regexp.MustCompile(`^\t"events\.forget_person"`)},
	{"api/openapi.yaml", regexp.MustCompile(`^  /v1/(accounts|customers)\b|^    Bank accounts on`)},
	{"Makefile", regexp.MustCompile("^(\\.PHONY: )?smoke\\b|^\ttest/compose/")},
	{".github/workflows/ci.yml", regexp.MustCompile(`- run: make smoke`)},
	{"README.md", regexp.MustCompile(`^## Try it|^\*\*A new domain|^ +(account, customer|balances, statements)[ ,]|^  (Tokens|Write|Read): |# Bob does not see it`)},
}

// removeSample leaves the engine alone, with nothing to append and nothing to project.
func removeSample(ctx context.Context, dir string, out io.Writer) error {
	takeOut, done := takeOutSample, "done: an engine with its tests, and what you have begun. %s docs/ still shows everything by the sample.\n"
	if _, err := os.Stat(filepath.Join(dir, sampleMigration)); err != nil {
		left, err := inTools(dir)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			fmt.Fprintln(out, "nothing to do: there is no "+sampleMigration+", and nothing of the sample in tools/")
			return nil
		}
		takeOut, done = takeOutOfTools, "done: tools/ has nothing of the sample any more. %s\n"
	}
	if err := refuseDirty(ctx, dir); err != nil {
		return err
	}
	var said bytes.Buffer // what went is of interest only if all of it did
	if err := wholly(ctx, dir, func() error { return takeOut(ctx, dir, &said, out) }); err != nil {
		return err
	}
	if _, err := said.WriteTo(out); err != nil {
		return err
	}
	fmt.Fprintf(out, done, next(dir))
	sayCommit(dir, out)
	return nil
}

// next returns what to do without the sample: begin, or go on with the aggregates that there are.
func next(dir string) string {
	entries, _ := os.ReadDir(filepath.Join(dir, anAggregate.folder)) // one that is not there has none
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "testdata" {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return "Begin with go run ./cmd/adopt -new-aggregate NAME and -new-projection NAME;"
	}
	return "Go on with " + strings.Join(names, ", ") + " in " + anAggregate.folder + ";"
}

// takeOutSample removes the sample's files, its lines in files that stay, and its tests. It
// writes what went to out, and what takes time, as it does, to progress.
func takeOutSample(ctx context.Context, dir string, out, progress io.Writer) error {
	if err := leaveOut(dir, out); err != nil {
		return err
	}
	fmt.Fprintln(progress, "  generating, compiling and vetting: half a minute; two on a machine that has not built this before, and longer on a busy one")
	for _, args := range [][]string{{"generate", "./internal/httpapi"}, {"fmt", "./..."}, {"build", "./..."}, {"-C", "tools", "fmt", "./..."}, {"-C", "tools", "build", "./..."}} {
		if err := goTool(ctx, dir, progress, args...); err != nil && ctx.Err() == nil {
			return fmt.Errorf("what you have built on accounts and customers has to go first: %w", err)
		} else if err != nil {
			return err
		}
	}
	if err := removeTests(ctx, dir, out, progress); err != nil {
		return err
	}
	tidy(ctx, dir, out, progress, ".", "tools", lab)
	return nil
}

// leaveOut removes the sample's files, and its lines in files that stay.
func leaveOut(dir string, out io.Writer) error {
	var toCome strings.Builder
	for _, like := range []example{anAggregate, aProjection} {
		text, err := os.ReadFile(filepath.Join(dir, like.page)) //nolint:gosec // the folder is the user's
		if err != nil {
			return err
		}
		toCome.Write(text)
	}
	if err := dropTemplateTests(dir, out); err != nil {
		return err
	}
	if err := dropMarked(dir, "sample", out); err != nil {
		return err
	}
	for _, pattern := range sampleFiles {
		if err := removeShipped(dir, pattern, out); err != nil {
			return err
		}
	}
	for _, c := range cuts {
		if err := rewrite(dir, c.file, func(text string) string { return cut(text, c.lines) }, out); err != nil {
			return err
		}
	}
	if err := rewrite(dir, "README.md", ofEngine, out); err != nil {
		return err
	}
	return rewrite(dir, "api/openapi.yaml", func(text string) string { return prune(text, toCome.String()) }, out)
}

// tidy takes out of each go.mod what nothing needs any more. It goes on where that can't be found out.
func tidy(ctx context.Context, dir string, out, progress io.Writer, modules ...string) {
	for _, module := range modules {
		if _, err := os.Stat(filepath.Join(dir, module, "go.mod")); err != nil {
			continue
		}
		if err := goTool(ctx, dir, progress, "-C", module, "mod", "tidy"); err != nil {
			fmt.Fprintf(out, "  %s still names what those tests needed: run go -C %s mod tidy where there is a network\n", filepath.Join(module, "go.mod"), module)
		}
	}
}

// removeShipped removes what the template brought, and fails where something else is among it.
func removeShipped(dir, pattern string, out io.Writer) error {
	if err := refuseOwn(dir, pattern); err != nil {
		return err
	}
	return remove(dir, pattern, out)
}

func remove(dir, pattern string, out io.Writer) error {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	for _, path := range found {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(out, "  %s goes\n", filepath.ToSlash(name))
	}
	return nil
}

// rewrite changes a file, if it is there.
func rewrite(dir, path string, change func(string) string, out io.Writer) error {
	full := filepath.Join(dir, path)
	info, err := os.Stat(full)
	if err != nil {
		return nil //nolint:nilerr // somebody has taken it out
	}
	text, err := os.ReadFile(full) //nolint:gosec // the folder is the user's
	if err != nil {
		return err
	}
	changed := change(string(text))
	if less := strings.Count(string(text), "\n") - strings.Count(changed, "\n"); less > 0 {
		fmt.Fprintf(out, "  %s has %d lines less\n", path, less)
	} else if changed != string(text) {
		fmt.Fprintf(out, "  %s says less\n", path)
	}
	return os.WriteFile(full, []byte(changed), info.Mode().Perm())
}
