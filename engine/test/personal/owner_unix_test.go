//go:build unix

package personal_test

import (
	"os"
	"syscall"
)

// ownerOf returns the numeric ids of a file's owner and group.
func ownerOf(info os.FileInfo) [2]uint32 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return [2]uint32{}
	}
	return [2]uint32{stat.Uid, stat.Gid}
}
