package observe

import "net/http"

// recorder remembers the status, size and code of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
	begun  bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.begun && status >= 200 {
		r.status, r.begun = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.begun = true
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// knownMethod replaces a method that a client made up, to keep it out of logs and labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
