// Package internal_test checks which packages import which other packages, and that documents agree
// with the code. The tests read the source files. After a change of a file, go test therefore runs
// the tests again, and does not use a cached result.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/pgcqrs/"

// engineModule is the prefix of the engine's import paths. It stays the same when a service that is
// made from this template gets another name.
const engineModule = "example.com/pgcqrs/engine/"

// asOurs replaces the prefix engineModule of an import path by the path of the folder engine in
// this repository. asOurs returns other paths unchanged.
func asOurs(imported string) string {
	if within, ok := strings.CutPrefix(imported, engineModule); ok {
		return module + "engine/" + within
	}
	return imported
}

// arrows lists, for each package of this repository, the packages that it may import. A star stands
// for the name of one folder. Test files may import more.
var arrows = []struct {
	from string
	to   []string
}{
	{"cmd/dev", []string{"internal/naming", "engine/enginetest/devtool/*"}},
	{"cmd/adopt", []string{"internal/naming", "engine/enginetest/devtool/launch"}},
	{"cmd/*", []string{"*", "*/*", "*/*/*", "*/*/*/*"}},

	{"deploy/observe/dashboards", []string{"internal/naming"}},

	// The packages in tools/ are imported by no other code. Only tools/lab may import the service.
	{"tools/dev", []string{"engine/enginetest/devtool/arguments", "engine/enginetest/devtool/gotool", "engine/enginetest/devtool/launch", "tools/dev/*"}},
	{"tools/dev/child", []string{"engine/enginetest/devdb", "engine/enginetest/devdb/*", "tools/dev/console"}},
	{"tools/dev/console", nil},
	{"tools/dev/container", []string{"engine/enginetest/devtool/gotool", "tools/dev/child", "tools/dev/console"}},
	{"tools/dev/coverage", []string{"engine/enginetest/devtool/arguments", "engine/enginetest/devtool/gotool", "tools/dev/modules"}},
	{"tools/dev/database", []string{"engine/enginetest/devdb", "engine/enginetest/devdb/*", "tools/dev/console", "tools/dev/container"}},
	{"tools/dev/embedded", []string{"engine/enginetest/devissuer", "tools/dev/console", "tools/dev/port"}},
	{"tools/dev/environment", []string{"engine/enginetest/devtool/arguments", "engine/process/env", "tools/dev/port"}},
	{"tools/dev/foreign", []string{"engine/enginetest/devdb", "engine/enginetest/devdb/*", "engine/enginetest/devtool/launch", "engine/schema/present"}},
	{"tools/dev/gotest", []string{"engine/enginetest/devtool/arguments", "engine/enginetest/devtool/gotool", "tools/dev/child", "tools/dev/console", "tools/dev/coverage", "tools/dev/database", "tools/dev/environment", "tools/dev/modules", "tools/dev/needs", "tools/dev/parallel"}},
	{"tools/dev/migrate", []string{"engine/enginetest/devtool/launch", "tools/dev/child", "tools/dev/console", "tools/dev/database", "tools/dev/environment", "tools/dev/foreign"}},
	{"tools/dev/modules", []string{"engine/enginetest/devtool/arguments"}},
	{"tools/dev/needs", []string{"engine/enginetest/devdb", "engine/enginetest/devdb/*", "engine/enginetest/devtool/arguments"}},
	{"tools/dev/parallel", []string{"engine/enginetest/devtool/arguments", "tools/dev/console", "tools/dev/database", "tools/dev/foreign"}},
	{"tools/dev/port", []string{"tools/dev/console"}},
	{"tools/dev/ready", []string{"tools/dev/child", "tools/dev/port"}},
	{"tools/dev/repair", []string{"tools/dev/environment", "tools/dev/ready"}},
	{"tools/dev/running", []string{"engine/enginetest/devdb/datadir", "engine/enginetest/devtool/gotool", "engine/process/loopback", "tools/dev/environment"}},
	{"tools/dev/seed", []string{"engine/enginetest/devtool/arguments", "engine/enginetest/devtool/gotool", "engine/enginetest/devtool/launch", "engine/outbox/natsbroker", "tools/dev/console", "tools/dev/environment", "tools/dev/running", "tools/dev/story"}},
	{"tools/dev/story", nil},
	{"tools/dev/stack", []string{"engine/enginetest/devdb", "engine/enginetest/devdb/*", "engine/enginetest/devissuer", "engine/enginetest/devtool/arguments", "engine/enginetest/devtool/gotool", "tools/dev/child", "tools/dev/console", "tools/dev/database", "tools/dev/embedded", "tools/dev/environment", "tools/dev/foreign", "tools/dev/migrate", "tools/dev/port", "tools/dev/ready", "tools/dev/repair", "tools/dev/running"}},
	{"tools/adopt", []string{"engine/process/cli", "engine/enginetest/devtool/launch", "tools/adopt/*"}},
	{"tools/adopt/begin", []string{"tools/adopt/declared", "tools/adopt/migration", "tools/adopt/paste", "tools/adopt/patch", "tools/adopt/step", "tools/adopt/template", "tools/adopt/worktree"}},
	{"tools/adopt/cut", []string{"tools/adopt/worktree"}},
	{"tools/adopt/declared", nil},
	{"tools/adopt/migration", []string{"tools/adopt/worktree"}},
	{"tools/adopt/names", []string{"tools/adopt/template"}},
	{"tools/adopt/paste", []string{"tools/adopt/patch", "tools/adopt/worktree"}},
	{"tools/adopt/patch", []string{"tools/adopt/worktree"}},
	{"tools/adopt/plan", []string{"tools/adopt/worktree"}},
	{"tools/adopt/rename", []string{"tools/adopt/cut", "tools/adopt/names", "tools/adopt/plan", "tools/adopt/template", "tools/adopt/worktree"}},
	{"tools/adopt/sample", []string{"tools/adopt/begin", "tools/adopt/cut", "tools/adopt/shipped", "tools/adopt/template", "tools/adopt/worktree"}},
	{"tools/adopt/shipped", []string{"tools/adopt/worktree"}},
	{"tools/adopt/step", nil},
	{"tools/adopt/takeout", []string{"tools/adopt/begin", "tools/adopt/sample", "tools/adopt/shipped", "tools/adopt/step", "tools/adopt/template", "tools/adopt/worktree"}},
	{"tools/adopt/template", []string{"tools/adopt/cut", "tools/adopt/worktree"}},
	{"tools/adopt/workflow", []string{"tools/adopt/declared", "tools/adopt/migration", "tools/adopt/names", "tools/adopt/patch", "tools/adopt/step", "tools/adopt/worktree"}},
	{"tools/adopt/worktree", nil},
	{"tools/lab/*", []string{"*", "*/*", "*/*/*", "engine/enginetest/*", "engine/enginetest/devdb/*", "engine/enginetest/devtool/gotool", "tools/lab/*", "tools/lab/*/*", "tools/lab/*/*/*"}},
	{"tools/lab/campaign/build", []string{"*/*/*", "engine/process/telemetry/otlp", "tools/lab/*/*"}},
	{"tools/lab/*/*", []string{"*", "*/*", "*/*/*", "engine/enginetest/*", "engine/enginetest/devdb/*", "engine/enginetest/devtool/gotool", "tools/lab/*/*", "tools/lab/*/*/*"}},
	{"tools/lab/*/*/*", []string{"*", "*/*", "*/*/*", "engine/enginetest/*", "engine/enginetest/devdb/*", "engine/enginetest/devtool/gotool", "tools/lab/*/*", "tools/lab/*/*/*"}},

	{"internal/httpapi", []string{"api", "internal/httpapi/spec", "internal/write/*", "internal/read/*", "internal/events", "engine/auth", "engine/command", "engine/pg/*", "engine/edge", "engine/edge/*", "engine/event", "engine/feed", "engine/personal", "engine/personal/export", "engine/personal/lookup", "engine/personal/reveal"}},
	{"internal/httpapi/spec", []string{"engine/event"}},
	{"internal/write/*", []string{"internal/events", "internal/write/*", "engine/event"}},
	{"internal/read/*", []string{"internal/events", "engine/event", "engine/pg/*", "engine/position"}},
	{"internal/write", []string{"internal/events", "internal/write/*", "engine/command", "engine/command/boundary", "engine/command/several", "engine/event", "engine/snapshots"}},
	{"internal/read", []string{"internal/read/*", "engine/projection"}},
	{"internal/workflows", []string{"internal/workflows/*", "internal/write", "internal/write/*", "engine/workflow"}},
	{"internal/workflows/*", []string{"internal/events", "internal/write", "internal/write/*", "engine/event", "engine/workflow"}},
	{"internal/callers/*", []string{"internal/workflows/*", "engine/workflow"}},
	{"internal/inbox/*", []string{"internal/write/*", "engine/command", "engine/command/once", "engine/event"}},
	{"internal/events", []string{"engine/event"}},
	{"internal/naming", nil},

	// No package of the engine may import a package of the service.
	{"engine/projection", []string{"engine/eventlog", "engine/event", "engine/pg/*", "engine/projection/batch", "engine/projection/checkpoint", "engine/projection/reconcile", "engine/tracing"}},
	{"engine/projection/checkpoint", []string{"engine/eventlog/logsql", "engine/pg/*"}},
	{"engine/projection/reconcile", []string{"engine/projection/checkpoint", "engine/eventlog/logsql", "engine/event", "engine/pg/*"}},
	{"engine/projection/batch", []string{"engine/pg/failure", "engine/projection/checkpoint", "engine/projection/reconcile", "engine/eventlog", "engine/event", "engine/tracing"}},
	{"engine/projection/park", []string{"engine/pg/retry", "engine/projection", "engine/projection/batch", "engine/projection/checkpoint", "engine/projection/reconcile", "engine/event"}},
	{"engine/projection/health", []string{"engine/projection", "engine/projection/checkpoint", "engine/eventlog/logsql", "engine/pg/*"}},
	{"engine/projection/status", []string{"engine/projection", "engine/projection/checkpoint", "engine/projection/reconcile", "engine/projection/rebuild/stage", "engine/eventlog/logsql", "engine/pg/*"}},
	{"engine/workflow/status", []string{"engine/eventlog/logsql", "engine/pg/*", "engine/workflow/instances", "engine/workflow/react"}},
	{"engine/workflow/control", []string{"engine/event", "engine/eventlog/logsql", "engine/projection/checkpoint", "engine/workflow", "engine/workflow/*"}},
	{"engine/projection/rebuild", []string{"engine/projection", "engine/projection/*", "engine/projection/rebuild/*", "engine/pg/*"}},
	{"engine/projection/rebuild/stage", nil},
	{"engine/projection/rebuild/outlast", nil},
	{"engine/projection/rebuild/shape", []string{"engine/pg/failure", "engine/projection/rebuild/stage", "engine/eventlog"}},
	{"engine/projection/rebuild/catchup", []string{"engine/projection/batch", "engine/projection/checkpoint", "engine/projection/rebuild/stage", "engine/eventlog/logsql", "engine/event"}},
	{"engine/position", []string{"engine/eventlog/logsql", "engine/event"}},
	{"engine/chain", []string{"engine/eventlog", "engine/event", "engine/pg/*"}},
	{"engine/chain/verify", []string{"engine/chain", "engine/eventlog", "engine/eventlog/logsql", "engine/event"}},
	{"engine/eventlog", []string{"engine/event", "engine/eventlog/*"}},
	{"engine/eventlog/write", []string{"engine/eventlog/confirm", "engine/eventlog/delivery", "engine/eventlog/encode", "engine/eventlog/epoch", "engine/eventlog/lock", "engine/eventlog/notify", "engine/event"}},
	{"engine/eventlog/delivery", []string{"engine/eventlog/confirm", "engine/eventlog/encode", "engine/eventlog/epoch", "engine/eventlog/fate", "engine/eventlog/flight", "engine/eventlog/load", "engine/eventlog/notify", "engine/eventlog/ready", "engine/event", "engine/tracing"}},
	{"engine/eventlog/ready", []string{"engine/eventlog/fate", "engine/eventlog/lock", "engine/pg", "engine/pg/*"}},
	{"engine/eventlog/flight", []string{"engine/eventlog/encode", "engine/eventlog/epoch", "engine/eventlog/fate", "engine/eventlog/lock", "engine/event", "engine/pg/*"}},
	{"engine/eventlog/encode", []string{"engine/eventlog/confirm", "engine/event"}},
	{"engine/eventlog/load", []string{"engine/eventlog/confirm", "engine/eventlog/epoch", "engine/eventlog/fate", "engine/eventlog/read", "engine/event", "engine/pg/*"}},
	{"engine/eventlog/read", []string{"engine/eventlog/confirm", "engine/eventlog/fate", "engine/event"}},
	{"engine/eventlog/idempotency", []string{"engine/eventlog/confirm", "engine/eventlog/fate", "engine/event", "engine/pg/*"}},
	{"engine/eventlog/notify", []string{"engine/pg/retry", "engine/eventlog/confirm"}},
	{"engine/eventlog/epoch", []string{"engine/eventlog/fate", "engine/event", "engine/pg/*"}},
	{"engine/eventlog/confirm", []string{"engine/eventlog/fate", "engine/pg/*"}},
	{"engine/eventlog/fate", []string{"engine/pg/failure", "engine/eventlog/lock", "engine/event"}},
	{"engine/eventlog/lock", nil},
	{"engine/eventlog/logsql", nil},
	{"engine/eventlog/volume", []string{"engine/pg/failure"}},
	{"engine/workflow", []string{"engine/command", "engine/event"}},
	{"engine/workflow/instances", nil},
	{"engine/workflow/jobs", []string{"engine/workflow", "engine/event"}},
	{"engine/workflow/react", []string{"engine/workflow", "engine/workflow/instances", "engine/workflow/jobs", "engine/projection/batch", "engine/projection/checkpoint", "engine/eventlog", "engine/eventlog/logsql", "engine/event", "engine/pg/*", "engine/tracing"}},
	{"engine/workflow/work", []string{"engine/workflow", "engine/workflow/jobs", "engine/command", "engine/command/once", "engine/event", "engine/eventlog/logsql", "engine/pg/*", "engine/tracing"}},
	{"engine/workflow/run", []string{"engine/workflow", "engine/workflow/*", "engine/eventlog", "engine/event", "engine/tracing"}},
	{"engine/outbox", nil},
	{"engine/outbox/relay", []string{"engine/outbox", "engine/outbox/backoff", "engine/outbox/cursor", "engine/outbox/dead", "engine/pg/*", "engine/tracing"}},
	{"engine/outbox/cursor", []string{"engine/outbox", "engine/outbox/dead", "engine/eventlog/logsql", "engine/pg/*"}},
	{"engine/outbox/dead", []string{"engine/eventlog/logsql"}},
	{"engine/outbox/backoff", nil},
	{"engine/outbox/depth", []string{"engine/pg/*"}},
	{"engine/outbox/natsbroker", []string{"engine/outbox", "engine/outbox/natsbroker/*"}},
	{"engine/outbox/natsbroker/durability", []string{"engine/outbox/natsbroker/link"}},
	{"engine/outbox/natsbroker/link", nil},
	{"engine/snapshots", []string{"engine/event"}},
	{"engine/snapshots/keeper", []string{"engine/snapshots", "engine/eventlog/logsql", "engine/event", "engine/pg/*"}},
	{"engine/personal", []string{"engine/event", "engine/personal/keyring", "engine/personal/lookup", "engine/personal/operator", "engine/personal/wrapping"}},
	{"engine/personal/operator", nil},
	{"engine/personal/wrapping", []string{"engine/personal/operator", "engine/pg/failure"}},
	{"engine/personal/keyfile", []string{"engine/personal/operator", "engine/personal/wrapping"}},
	{"engine/personal/keyring", []string{"engine/personal/wrapping", "engine/pg/*"}},
	{"engine/personal/lookup", []string{"engine/personal/operator", "engine/personal/wrapping", "engine/pg/*"}},
	{"engine/personal/renewal", []string{"engine/personal", "engine/personal/keyring", "engine/personal/lookup", "engine/personal/operator", "engine/personal/wrapping", "engine/eventlog/logsql", "engine/event", "engine/pg/failure"}},
	{"engine/personal/rotation", []string{"engine/personal/keyfile", "engine/personal/keyring", "engine/personal/operator", "engine/personal/renewal", "engine/personal/wrapping", "engine/event"}},
	{"engine/personal/readable", []string{"engine/personal/operator", "engine/personal/wrapping"}},
	{"engine/personal/erasure", []string{"engine/eventlog/logsql"}},
	{"engine/command", []string{"engine/event", "engine/command/*", "engine/tracing"}},
	{"engine/command/several", []string{"engine/command", "engine/command/answers", "engine/command/detach", "engine/command/line", "engine/command/once", "engine/command/plan", "engine/command/states", "engine/event", "engine/tracing"}},
	{"engine/command/answers", []string{"engine/command/line", "engine/command/once", "engine/command/states", "engine/event", "engine/tracing"}},
	{"engine/command/group", []string{"engine/command/answers", "engine/command/line", "engine/command/once", "engine/command/plan", "engine/command/states", "engine/event"}},
	{"engine/command/boundary", []string{"engine/command", "engine/command/boundary/turns", "engine/command/fold", "engine/command/line", "engine/command/once", "engine/command/states", "engine/event"}},
	{"engine/command/boundary/turns", []string{"engine/event"}},
	{"engine/command/plan", []string{"engine/command/detach", "engine/command/line", "engine/command/states", "engine/event"}},
	{"engine/command/states", []string{"engine/command/detach", "engine/command/fold", "engine/event", "engine/tracing"}},
	{"engine/command/once", []string{"engine/command/line", "engine/event"}},
	{"engine/command/line", []string{"engine/event"}},
	{"engine/command/fold", []string{"engine/command/detach", "engine/event"}},
	{"engine/command/detach", []string{"engine/event"}},
	{"engine/trail", []string{"engine/event"}},
	{"engine/console", []string{"engine/console/*", "engine/event", "engine/eventlog", "engine/outbox/dead", "engine/projection", "engine/snapshots", "engine/workflow/control"}},
	{"engine/console/guard", []string{"engine/process/loopback"}},
	{"engine/console/login", nil},
	{"engine/console/page", nil},
	{"engine/console/difference", nil},
	{"engine/console/history", []string{"engine/console/difference", "engine/event", "engine/eventlog", "engine/snapshots"}},
	{"engine/console/overview", []string{"engine/eventlog", "engine/outbox/dead", "engine/projection", "engine/projection/*", "engine/trail", "engine/workflow/control", "engine/workflow/status"}},
	{"engine/console/act", []string{"engine/outbox/dead", "engine/projection", "engine/projection/park", "engine/workflow/control", "engine/workflow/status"}},
	{"engine/console/cause", []string{"engine/event", "engine/eventlog"}},
	{"engine/console/refold", []string{"engine/console/difference", "engine/event", "engine/projection", "engine/projection/batch"}},
	{"engine/tracing", nil},
	{"engine/event", nil},
	{"engine/auth", []string{"engine/auth/claims", "engine/auth/keys"}},
	{"engine/auth/*", nil},
	{"engine/feed", []string{"engine/feed/*", "engine/event", "engine/pg/retry"}},
	{"engine/feed/follow", []string{"engine/feed/owner", "engine/feed/ring", "engine/event", "engine/pg/retry"}},
	{"engine/feed/past", []string{"engine/feed/owner", "engine/feed/ring", "engine/event"}},
	{"engine/feed/owner", []string{"engine/feed/ring", "engine/event"}},
	{"engine/feed/ring", []string{"engine/event"}},
	{"engine/edge/subscribe", []string{"engine/edge/live", "engine/edge/problem", "engine/edge/query", "engine/edge/request", "engine/feed", "engine/feed/ring", "engine/auth", "engine/event", "engine/edge/recorded", "engine/personal/reveal"}},
	{"engine/edge/versions", []string{"engine/edge/live", "engine/edge/request", "engine/event", "engine/feed", "engine/feed/ring"}},
	{"engine/edge/recorded", []string{"engine/edge/problem", "engine/edge/query", "engine/edge/request", "engine/event", "engine/trail"}},
	{"engine/personal/export", []string{"engine/event"}},
	{"engine/personal/reveal", []string{"engine/personal", "engine/event"}},
	{"engine/edge/live", []string{"engine/edge/admission", "engine/edge/problem", "engine/edge/request", "engine/feed", "engine/feed/ring", "engine/auth", "engine/event"}},
	{"engine/pg", []string{"engine/pg/dsn", "engine/pg/failure", "engine/pg/pooler", "engine/pg/standby"}},
	{"engine/pg/dsn", []string{"engine/pg/failure", "engine/pg/standby"}},
	{"engine/pg/pooler", []string{"engine/pg/dsn", "engine/pg/failure"}},
	{"engine/pg/settings", []string{"engine/pg/dsn", "engine/pg/pooler"}},
	{"engine/pg/role", []string{"engine/pg/dsn"}},
	{"engine/pg/rolerights", []string{"engine/pg/role", "engine/pg/failure"}},
	{"engine/pg/logins", []string{"engine/pg/role", "engine/pg/dsn"}},
	{"engine/pg/lock", []string{"engine/pg/retry"}},
	{"engine/pg/*", nil},
	{"engine/process", []string{"engine/process/cli", "engine/process/connlimit", "engine/process/loglevel", "engine/process/probe", "engine/process/repeats", "engine/process/textlog"}},
	{"engine/process/loglevel", nil},
	{"engine/process/repeats", nil},
	{"engine/process/textlog", nil},
	{"engine/process/probe", []string{"engine/process/cli", "engine/process/loopback"}},
	{"engine/process/env", []string{"engine/process/cli"}},
	{"engine/process/env/envtest", []string{"engine/process/env"}},
	{"engine/process/telemetry", []string{"engine/tracing"}},
	{"engine/process/telemetry/otlp", []string{"engine/process/cli", "engine/process/telemetry"}},
	{"engine/process/cli", nil},
	{"engine/process/connlimit", nil},
	{"engine/process/loopback", nil},
	{"engine/process/migrate", []string{"engine/process/cli", "engine/auth/issuers", "engine/personal/*", "engine/eventlog", "engine/event", "engine/pg", "engine/pg/*", "engine/process/migrate/*"}},
	{"engine/process/migrate/admit", []string{"engine/process/migrate/report", "engine/pg/*", "engine/schema/present"}},
	{"engine/process/migrate/report", []string{"engine/pg/role"}},
	{"engine/process/api", []string{"engine/process", "engine/process/door", "engine/edge", "engine/edge/epoch", "engine/edge/live", "engine/feed", "engine/command", "engine/command/boundary", "engine/command/several", "engine/position", "engine/personal", "engine/personal/*", "engine/snapshots", "engine/eventlog", "engine/event", "engine/pg", "engine/pg/*", "engine/process/probe", "engine/schema/present", "engine/process/telemetry", "engine/tracing"}},
	{"engine/process/projector", []string{"engine/process", "engine/projection", "engine/projection/*", "engine/outbox", "engine/outbox/*", "engine/chain", "engine/chain/verify", "engine/snapshots/keeper", "engine/snapshots", "engine/eventlog", "engine/eventlog/notify", "engine/event", "engine/pg", "engine/pg/*", "engine/process/loopback", "engine/process/probe", "engine/schema/present", "engine/workflow", "engine/workflow/*", "engine/process/telemetry", "engine/tracing"}},
	{"engine/process/ops", []string{"engine/process/cli", "engine/projection", "engine/projection/status", "engine/outbox/dead", "engine/chain", "engine/eventlog", "engine/eventlog/volume", "engine/event", "engine/pg", "engine/pg/*", "engine/process/ops/*", "engine/schema/present", "engine/snapshots", "engine/workflow", "engine/workflow/control"}},
	{"engine/process/ops/serve", []string{"engine/console", "engine/console/login", "engine/process", "engine/process/loopback", "engine/process/ops/output", "engine/process/ops/verb", "engine/process/probe"}},
	{"engine/process/ops/workflows", []string{"engine/process/ops/output", "engine/process/ops/verb", "engine/workflow/control", "engine/workflow/jobs", "engine/workflow/react", "engine/workflow/status"}},
	{"engine/process/ops/projections", []string{"engine/process/cli", "engine/process/ops/output", "engine/process/ops/verb", "engine/projection", "engine/projection/*"}},
	{"engine/process/ops/messages", []string{"engine/process/ops/output", "engine/process/ops/verb", "engine/outbox/dead"}},
	{"engine/process/ops/chainverbs", []string{"engine/process/ops/output", "engine/process/ops/verb", "engine/chain", "engine/chain/verify", "engine/projection/rebuild/catchup"}},
	{"engine/process/ops/verb", []string{"engine/event", "engine/eventlog", "engine/outbox/dead", "engine/projection", "engine/snapshots", "engine/workflow/control"}},
	{"engine/process/ops/output", []string{"engine/projection/rebuild/catchup"}},
	{"engine/edge", []string{"engine/edge/*", "engine/edge/problem/respond", "engine/auth", "engine/command", "engine/event", "engine/feed", "engine/personal/reveal", "engine/tracing"}},
	{"engine/edge/request", []string{"engine/edge/contract", "engine/edge/queue", "engine/auth", "engine/event", "engine/tracing"}},
	{"engine/edge/observe", []string{"engine/edge/request", "engine/edge/problem/respond", "engine/edge/problem", "engine/edge/admission", "engine/auth", "engine/tracing"}},
	{"engine/edge/problem/respond", []string{"engine/edge/request", "engine/edge/problem", "engine/edge/query", "engine/auth", "engine/command", "engine/event"}},
	{"engine/edge/access", []string{"engine/edge/request", "engine/edge/problem", "engine/edge/contract", "engine/edge/admission", "engine/auth"}},
	{"engine/edge/conform", []string{"engine/edge/request", "engine/edge/problem", "engine/edge/contract"}},
	{"engine/edge/turn", []string{"engine/edge/request", "engine/edge/problem", "engine/edge/queue", "engine/edge/admission", "engine/event"}},
	{"engine/edge/waiting", []string{"engine/edge/turn", "engine/edge/request", "engine/edge/problem", "engine/edge/query", "engine/edge/admission", "engine/tracing"}},
	{"engine/edge/epoch", []string{"engine/edge/waiting", "engine/edge/request", "engine/edge/problem", "engine/edge/query", "engine/event"}},
	{"engine/edge/docs", nil},
	{"engine/edge/queue", []string{"engine/edge/admission"}},
	{"engine/edge/contract", []string{"engine/edge/contract/*", "engine/edge/problem"}},
	{"engine/edge/contract/strictjson", []string{"engine/edge/contract/rules"}},
	{"engine/edge/contract/rules", []string{"engine/edge/problem"}},
	{"engine/edge/query", []string{"engine/edge/problem", "engine/event"}},
	{"engine/edge/problem", []string{"engine/auth", "engine/pg/*", "engine/event", "engine/personal", "engine/command/once"}},
	{"engine/edge/admission", nil},
	{"engine/edge/edgetest", []string{"engine/edge/contract", "engine/enginetest/contracttest"}},
	{"engine/process/door", []string{"engine/process/loopback", "engine/auth", "engine/auth/issuers", "engine/edge/admission"}},

	{"engine/schema", []string{"engine/pg/settings"}},
	{"engine/schema/apply", []string{"engine/schema"}},
	{"engine/schema/present", []string{"engine/pg/*"}},

	{"engine/enginetest/await", nil},
	{"engine/enginetest/broker", []string{"engine/enginetest/await"}},
	{"engine/enginetest/collector", []string{"engine/enginetest/await"}},
	{"engine/enginetest/courses", []string{"engine/command/boundary", "engine/event"}},
	{"engine/enginetest/fakelog", []string{"engine/event"}},
	{"engine/enginetest/contracttest", []string{"engine/enginetest/contracttest/problemlist"}},
	{"engine/enginetest/contracttest/problemlist", nil},
	{"engine/enginetest/rig", []string{"engine/*", "engine/enginetest/await", "engine/pg/*", "engine/projection/*", "engine/projection/rebuild/catchup"}},
	{"engine/enginetest/tank", []string{"engine/*", "engine/enginetest/testdb"}},
	{"engine/enginetest/testdb", []string{"engine/pg/role", "engine/enginetest/testdb/container", "engine/enginetest/devdb", "engine/enginetest/devdb/binaries", "engine/schema", "engine/schema/apply"}},
	{"engine/enginetest/testdb/container", nil},
	{"engine/enginetest/devtool/arguments", []string{"engine/process/cli"}},
	{"engine/enginetest/devtool/gotool", nil},
	{"engine/enginetest/devtool/gotool/testdata/says", []string{"engine/process/cli"}},
	{"engine/enginetest/devtool/launch", []string{"engine/enginetest/devtool/gotool"}},

	{"engine/enginetest/devdb", []string{"engine/enginetest/devdb/*"}},
	{"engine/enginetest/devdb/reaper", []string{"engine/enginetest/devdb/cluster"}},
	{"engine/enginetest/devdb/cluster", []string{"engine/enginetest/devdb/binaries", "engine/enginetest/devdb/datadir", "engine/enginetest/devdb/platform"}},
	{"engine/enginetest/devdb/datadir", []string{"engine/enginetest/devdb/platform"}},
	{"engine/enginetest/devdb/install", []string{"engine/enginetest/devdb/binaries"}},
	{"engine/enginetest/devdb/binaries", nil},
	{"engine/enginetest/devdb/platform", nil},
	{"engine/enginetest/devdb/shell", nil},
	{"engine/enginetest/devdb/fakeclock", nil},
	{"engine/enginetest/devissuer", []string{"engine/process/loopback"}},
	{"engine/enginetest/devissuer/issuer", []string{"engine/enginetest/devissuer", "engine/process/cli", "engine/process/env"}},
	{"engine/enginetest/guest", []string{"engine/event"}},
	{"engine/enginetest/pump", []string{"engine/command", "engine/event", "engine/workflow"}},
	{"engine/enginetest/spec", []string{"engine/command/boundary", "engine/event", "engine/workflow", "engine/eventlog", "engine/projection", "engine/enginetest/await", "engine/enginetest/rig", "engine/projection/park"}},
	{"engine/enginetest/storetest", []string{"engine/command", "engine/event"}},
	{"engine/enginetest/testdb/container/serve", []string{"engine/enginetest/testdb/container"}},
	{"engine/enginetest/logschema", nil},
	{"engine/enginetest/programs", []string{"engine/enginetest/logschema"}},
	{"engine/enginetest/caller", []string{"engine/enginetest/contracttest"}},

	{"engine/test/pg/migrate", []string{"engine/*", "engine/process/*", "engine/schema/apply", "engine/enginetest/tank", "engine/pg/*", "engine/process/migrate/report"}},
	{"engine/test/edge/api", []string{"engine/*", "engine/edge/*", "engine/process/*", "engine/enginetest/tank"}},
	{"engine/test/edge/projector", []string{"engine/*", "engine/process/*", "engine/enginetest/tank"}},
	{"engine/test/chain/ops", []string{"engine/*", "engine/process/*", "engine/enginetest/tank"}},

	{"migrations", []string{"engine/schema"}},
	{"api", nil},
}

// starts is the path of the package that starts containers for tests. Only test code may import it.
const starts = "engine/enginetest/testdb/container"

// outside lists packages, each with a module that the package must not import, neither directly nor
// through other packages.
var outside = []struct{ from, without, why string }{
	{"internal/write/*", "github.com/jackc/pgx", "a decision is pure"},
	{"internal/write/**", "database/sql", "a decision is pure"},
	{"engine/edge/**", "github.com/jackc/pgx", "HTTP knows no database"},
	{"engine/edge/**", "database/sql", "HTTP knows no database"},
	{"internal/httpapi/**", "github.com/jackc/pgx", "HTTP knows no database"},
	{"internal/httpapi/**", "database/sql", "HTTP knows no database"},
	{"cmd/api", "github.com/pressly/goose", "migrations are cmd/migrate's"},
	{"cmd/projector", "github.com/pressly/goose", "migrations are cmd/migrate's"},
	{"cmd/ops", "github.com/pressly/goose", "migrations are cmd/migrate's"},
	{"engine/process/**", "github.com/pressly/goose", "migrations are cmd/migrate's"},
	{"cmd/*", "github.com/testcontainers", "only tests start containers"},
	{"internal/**", "github.com/testcontainers", "only tests start containers"},
	{"engine/**", "github.com/testcontainers", "only tests start containers"},
	{"cmd/*", module + "test/", "only tests know tests"},
	{"cmd/*", module + "tools/", "nobody needs tools/: cmd/dev and cmd/adopt build what is there"},
	{"tools/**", "github.com/testcontainers", "only tests start containers"},
	{"cmd/api", "github.com/nats-io/nats-server", "the broker's server is for development"},
	{"cmd/api", module + "engine/enginetest/", "it gives anybody a token, and starts databases"},
	{"cmd/projector", module + "engine/enginetest/", "it gives anybody a token, and starts databases"},
	{"cmd/migrate", module + "engine/enginetest/", "it gives anybody a token, and starts databases"},
	{"cmd/ops", module + "engine/enginetest/", "it gives anybody a token, and starts databases"},
	{"cmd/projector", "github.com/nats-io/nats-server", "the broker's server is for development"},
	{"engine/process/*", "go.opentelemetry.io/otel/sdk", "only engine/process/telemetry/otlp exports traces, and a program may leave it out"},
	{"engine/process/*", module + "engine/process/telemetry/otlp", "only cmd links the exporter"},
	{"migrations", "github.com/pressly/goose", "a program that serves applies nothing"},
	{"engine/schema", "github.com/pressly/goose", "a program that serves applies nothing"},
	{"engine/process/*", "github.com/nats-io/nats-server", "the broker's server is for development"},
}

func TestImportArrows(t *testing.T) {
	t.Parallel()
	for file, imports := range importsByFile(t) {
		from := path.Dir(file)
		allowed, known := targets(from)
		if ofLaterTemplate(from + "/") {
			continue // the tests of the template check the imports of the engine
		}
		if !known {
			t.Errorf("%s: package %s has no arrows: say in this test whom it may import", file, from)
		}
		for _, imported := range imports {
			if to, ours := strings.CutPrefix(imported, module); ours && !matchesAny(allowed, to) {
				t.Errorf("%s: %s may not import %s", file, from, to)
			}
			for _, ban := range outside {
				if matches(ban.from, from) && strings.HasPrefix(imported, ban.without) && from != starts {
					t.Errorf("%s: %s may not import %s: %s", file, from, imported, ban.why)
				}
			}
		}
	}
}

// Only the packages in this test's list may use reflection. These packages read a configuration, copy
// a state, or store commands. Without reflection, they would need code for each field or type.
func TestReflectionIsWhereItIsSaid(t *testing.T) {
	t.Parallel()
	places := []string{"engine/process/env", "engine/process/env/envtest", "engine/command/*", "engine/enginetest/spec", "engine/workflow"}
	for file, imports := range importsByFile(t) {
		if slices.Contains(imports, "reflect") && !matchesAny(places, path.Dir(file)) && !ofLaterTemplate(file) && !strings.HasPrefix(file, "tools/") {
			t.Errorf("%s uses reflection: write the fields down", file)
		}
	}
}

// Only package engine/edge/contract may parse the OpenAPI contract, and only its package rules may
// check values against the contract's schemas. Tests, and packages for tests, may also parse the
// contract.
func TestOnePackageReadsTheContract(t *testing.T) {
	t.Parallel()
	for file, imports := range importsByFile(t) {
		from := path.Dir(file)
		if from == "engine/edge/contract" || from == "engine/edge/contract/rules" || from == "engine/enginetest/contracttest" || from == "engine/enginetest/contracttest/problemlist" || ofLaterTemplate(file) {
			continue
		}
		for _, imported := range imports {
			if strings.HasPrefix(imported, "github.com/getkin/kin-openapi") {
				t.Errorf("%s imports %s: engine/edge/contract is what reads the contract", file, imported)
			}
		}
	}
}

// The programs cmd/dev and cmd/adopt must compile quickly, even on a machine without a build cache.
// The go command shows no progress while it compiles. Therefore these programs, and everything that
// they import, must have few dependencies.
func TestTheFirstProgramIsSmall(t *testing.T) {
	t.Parallel()
	imports := make(map[string][]string)
	for file, imported := range importsByFile(t) {
		imports[path.Dir(file)] = append(imports[path.Dir(file)], imported...)
	}
	reached := []string{"cmd/dev", "cmd/adopt"}
	for i := 0; i < len(reached); i++ {
		for _, imported := range imports[reached[i]] {
			to, ours := strings.CutPrefix(imported, module)
			first, _, _ := strings.Cut(imported, "/")
			switch {
			case ours && !slices.Contains(reached, to):
				reached = append(reached, to)
			case !ours && (strings.Contains(first, ".") || first == "crypto" || imported == "net/http"):
				t.Errorf("%s imports %s, which takes long to compile", reached[i], imported)
			}
		}
	}
}

func targets(from string) (to []string, known bool) {
	for _, arrow := range arrows {
		if matches(arrow.from, from) {
			return arrow.to, true
		}
	}
	return nil, false
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, name) })
}

// matches reports whether a name matches a pattern of path.Match. If the pattern ends with two
// stars, it matches every name below the folder before the stars.
func matches(pattern, name string) bool {
	if folder, below := strings.CutSuffix(pattern, "/**"); below {
		for parent := name; parent != "."; parent = path.Dir(parent) {
			if matches(folder, parent) {
				return true
			}
		}
		return false
	}
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// importsByFile returns the imports of every source file that is not a test. The key is the path of
// the file from the root of the repository.
func importsByFile(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	root := os.DirFS("..")
	tops, err := fs.ReadDir(root, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range tops {
		top := entry.Name()
		if !entry.IsDir() || strings.HasPrefix(top, ".") || slices.Contains([]string{"test", "vendor"}, top) {
			continue
		}
		err := fs.WalkDir(root, top, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			found[name] = []string{}
			for _, spec := range parsed.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked the path
				found[name] = append(found[name], asOurs(imported))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 20 {
		t.Fatalf("found only %d source files", len(found))
	}
	return found
}
