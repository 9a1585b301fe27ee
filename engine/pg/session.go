package pg

import (
	"fmt"
	"os"
)

// SessionName is a Pool's Name for what a program does in this process: it shows in
// pg_stat_activity, and as the holder of a lock, who holds it.
func SessionName(program string) string {
	host, _ := os.Hostname() // a name without it is still one
	return fmt.Sprintf("%s %s:%d", program, host, os.Getpid())
}
