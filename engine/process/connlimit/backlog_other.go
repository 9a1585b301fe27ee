//go:build !linux || !(amd64 || arm64)

package connlimit

import (
	"net"
	"time"
)

// sinceHeard returns 0: the time is not known on this system.
func sinceHeard(net.Conn) time.Duration { return 0 }
