// Package sample lists the files, lines, tests, and words of documents that belong to the
// template's sample (accounts, transfers and customers). Package sample removes these parts from
// the files of a copy, and runs no program.
package sample

import "regexp"

// Migration is the sample's migration. A copy has this file until the sample is removed, so the
// file tells whether a copy has the sample. Other files of the sample do not tell this, because a
// service's own files may have the same names.
const Migration = "migrations/00001_sample.sql"

// sampleFiles lists the files of the sample, and the files that measure and test the template with
// the sample.
var sampleFiles = []string{
	"internal/events/account.go", "internal/events/account_messages.go", "internal/events/customer.go", "internal/events/customer_messages.go",
	"internal/events/transfer.go", "internal/events/transfer_messages.go",
	"internal/events/testdata/account.*", "internal/events/testdata/customer.*", "internal/events/testdata/transfer.*",
	"internal/events/testdata/message_account.*", "internal/events/testdata/message_customer.*", "internal/events/testdata/message_transfer.*", "internal/events/testdata/fuzz",
	"internal/write/account", "internal/write/customer", "internal/write/move.go", "internal/write/move_test.go",
	"internal/write/transfer", "internal/write/transfers.go", "internal/write/transfers_test.go",
	"internal/read/balances", "internal/read/customers", "internal/read/history", "internal/read/statements", "internal/read/transfers",
	"internal/httpapi/accounts.go", "internal/httpapi/accounts_*.go", "internal/httpapi/customers.go", "internal/httpapi/customers_*.go", "internal/httpapi/testdata",
	"internal/httpapi/transfers.go", "internal/httpapi/transfers_*.go",
	"internal/workflows/transfers",
	Migration, "migrations/20261128105244_transfers.sql",
	"tools/dev/stack/sample.go", "api/story.http",
	"test/compose", "tools/lab/attacks", "tools/lab/campaign", "tools/lab/lab.mk", "tools/lab/load", "tools/lab/upgrade",
	"test/http/accounts_*.go", "test/http/alerts_test.go", "test/http/dashboards_test.go", "test/http/schema_test.go", "test/http/transfers_*.go",
	"tools/lab/replica/lossy_test.go", "tools/lab/replica/programs_test.go",
	"docs/performance.md", "docs/scaling.md",
}

// cuts lists the lines that belong to the sample, in files that are not removed. Each of these
// lines is removed together with the block of code or text that the line begins.
var cuts = []struct {
	file  string
	lines *regexp.Regexp
}{
	{"internal/events/catalog.go", regexp.MustCompile(`^\t(Account|Customer|Money|Transfer)\w+\{\}\.`)},
	{"internal/httpapi/options.go", regexp.MustCompile(`^\t(Accounts|Customers|Transfers)\b`)},
	{"internal/httpapi/server.go", regexp.MustCompile(`/internal/write/account"|^\t\{Err: account\.`)},
	{"cmd/api/wire.go", regexp.MustCompile(`/internal/read/(balances|customers|history|statements|transfers)"|/internal/write/(account|transfer)"|^\t(accounts|clients|moves|transfer\w+) :=|^\t\t(accounts|clients|transferSteps),|^\t\t(Accounts|Customers|Transfers):`)},
	{"internal/read/read.go", regexp.MustCompile(`/internal/read/(balances|customers|history|statements|transfers)"|^\tprojector\.Add\((balances|customers|statements|transfers)\.`)},
	{"internal/write/write.go", regexp.MustCompile(`/internal/write/(account|customer|transfer)"|^(// |var )(Accounts|Customers|Transfers) |^\t(Accounts|Customers|Transfers)\.Fold`)},
	{workflowList, regexp.MustCompile(`/internal/workflows/transfers"|/internal/write/(account|customer|transfer)"|^\t\ttransfers\.Workflow\b|^\t\tworkflow\.NewTarget\(write\.(Accounts|Customers|Transfers),`)},
	{"tools/dev/stack/banner.go", regexp.MustCompile(`\{tried\}`)},
	{"migrations/migrations.go", regexp.MustCompile(`^\t"events\.forget_person"`)},
	{"api/openapi.yaml", regexp.MustCompile(`^  /v1/(accounts|customers|transfers)\b|^    Bank accounts on`)},
	{"Makefile", regexp.MustCompile("^(\\.PHONY: )?smoke\\b|^\ttest/compose/")},
	{".github/workflows/ci.yml", regexp.MustCompile(`- run: make smoke|# the sample, in tools/lab$`)},
	{"README.md", regexp.MustCompile(`^## Try it|^\| (your own domain|no sample)`)},
}
