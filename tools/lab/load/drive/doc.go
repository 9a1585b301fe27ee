// Package drive puts load on running API processes over HTTP and measures the answers. It knows no
// API: a step decides what to send. It never repeats a request by itself, because it would then
// hide an error that should be counted.
package drive
