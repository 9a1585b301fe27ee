// Package strangers causes the faults that other users of the database server and of the API may
// cause. These users lock tables and rows, keep transactions open, end sessions, and send forged
// tokens.
package strangers
