package sample

import "testing"

// A test of the sample may be in a folder that also has tests of the engine. Then only the file of
// this test is removed. Otherwise the whole folder of the test is removed.
func TestEnginesTestsStay(t *testing.T) {
	t.Parallel()
	for path, goes := range map[string]string{
		"test/http/door_test.go": "test/http/door_test.go", "tools/lab/replica/lossy_test.go": "tools/lab/replica/lossy_test.go",
		"test/readmodels/fold_test.go": "test/readmodels", "tools/lab/load/drive/accounts.go": "tools/lab/load", "tools/test/dev/dev_test.go": "tools/test/dev", "engine/command/group.go": "", "engine/test/eventlog/append_test.go": "", "engine/auth/fetch_test.go": "",
	} {
		if got := TestOf(path); got != goes {
			t.Errorf("with %s goes %q, want %q", path, got, goes)
		}
	}
}
