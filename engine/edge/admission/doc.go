// Package admission decides whether a request may run now, waits for its turn, or is turned away: by
// how many run (Queue, Gate), by how many of one client do (Shares), and by how many it sends a second
// (Rates). It knows subjects and addresses by their names alone, and nothing of HTTP but where a request
// comes from (Limits). It must never choose a status code, nor look at what a request asks for.
package admission
