// Package strangers causes the faults that other users of the database server and of the API may
// cause. It locks tables and rows, keeps transactions open, ends sessions, and sends forged tokens.
package strangers
