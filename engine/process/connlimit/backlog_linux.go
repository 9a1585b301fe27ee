//go:build linux && (amd64 || arm64)

package connlimit

import (
	"net"
	"syscall"
	"time"
	"unsafe"
)

// sinceHeard returns how long ago the other end of a connection last sent data, or connected. For a
// connection that was just accepted, the result is the time that its request has waited. If the
// kernel does not report the time, the result is 0.
func sinceHeard(conn net.Conn) time.Duration {
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0
	}
	var info syscall.TCPInfo
	size := uint32(syscall.SizeofTCPInfo)
	var failed syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, failed = syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_TCP, syscall.TCP_INFO,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0) //nolint:gosec // the kernel fills in memory of this function
	})
	if err != nil || failed != 0 {
		return 0
	}
	return time.Duration(info.Last_data_recv) * time.Millisecond
}
