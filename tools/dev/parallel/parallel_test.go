package parallel

import (
	"runtime"
	"testing"
)

func TestAsManyTestsAtOnceAsTheServerHasConnectionsFor(t *testing.T) {
	t.Parallel()
	for connections, want := range map[int]int{25: 1, 99: 1, 100: 2, 299: 2, 300: runtime.GOMAXPROCS(0)} {
		if got := atOnce(connections); got != want {
			t.Errorf("%d connections: %d at once, want %d", connections, got, want)
		}
	}
}
