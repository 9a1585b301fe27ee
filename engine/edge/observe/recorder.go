package observe

import "net/http"

// recorder records the status and the size of an answer.
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

// Unwrap returns the underlying writer. http.ResponseController calls Unwrap.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// knownMethod returns the HTTP method, or "other" if the method is not a standard one. Logs and
// metric labels must not contain a method that a client has invented.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
