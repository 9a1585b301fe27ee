package cli

import (
	"runtime/debug"
	"testing"
)

func TestBuildOf(t *testing.T) {
	t.Parallel()
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: "d2e549a0123456789"}, {Key: "vcs.time", Value: "2026-11-25T12:00:00Z"}, {Key: "vcs.modified", Value: modified}}
	}
	for name, test := range map[string]struct {
		info debug.BuildInfo
		want Build
	}{
		"a commit":              {debug.BuildInfo{GoVersion: "go1", Settings: vcs("false")}, Build{newest, "d2e549a01234", "2026-11-25", "go1"}},
		"a commit with changes": {debug.BuildInfo{GoVersion: "go1", Settings: vcs("true")}, Build{newest, "d2e549a01234+dirty", "2026-11-25", "go1"}},
		"a module":              {debug.BuildInfo{GoVersion: "go1", Main: debug.Module{Version: "v0.1.0"}}, Build{newest, "v0.1.0", "", "go1"}},
		"files alone":           {debug.BuildInfo{GoVersion: "go1", Main: debug.Module{Version: "(devel)"}}, Build{newest, "unknown revision", "", "go1"}},
	} {
		if got := buildOf(&test.info); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
