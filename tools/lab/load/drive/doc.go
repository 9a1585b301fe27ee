// Package drive puts load on running API processes over HTTP and measures the answers. Package
// drive does not know the API: the caller passes a function (the step), which decides what to send.
// Package drive never repeats a request by itself, because a repetition would hide an error that
// must be counted.
package drive
