package wire

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"strconv"
	"syscall"
)

// KindOf returns the kind of a failure: the status with the code of the problem document, or the
// kind of network error. KindOf returns "" for a success.
func KindOf(answer Answer, err error) string {
	if err != nil {
		return kindOfError(err)
	}
	if answer.Status < 400 {
		return ""
	}
	var problem struct {
		Code string `json:"code"`
	}
	kind := strconv.Itoa(answer.Status)
	if json.Unmarshal(answer.Body, &problem) == nil && problem.Code != "" {
		kind += " " + problem.Code
	}
	return kind
}

func kindOfError(err error) string {
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return "timeout"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	case errors.As(err, new(Unexpected)):
		return err.Error()
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return "connection"
	}
	return "answer that is no HTTP"
}

// Unexpected is the error for an answer that breaks a promise of the API, even if the answer's
// status means success.
type Unexpected string

func (u Unexpected) Error() string { return "unexpected: " + string(u) }
