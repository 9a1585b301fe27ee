// Package drive puts load on running API processes over HTTP and measures what comes
// back. It knows no API: a step
// says what is sent. It never sends anything twice by itself:
// an error that it hid would be an error that nobody counts.
package drive
