// Package edge is the stack that an HTTP API stands behind: it names, counts, logs and bounds requests, lets in who
// may, holds them to the contract, has reads wait for what they must reflect, and answers errors as problems. Routes
// lists the order. It must never decide a business rule, know SQL, or know an operation but by the contract.
package edge
