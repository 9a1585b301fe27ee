package test

import (
	"os"
	"testing"

	"example.com/pgcqrs/test/verify/words"
)

// The comments, pages and the contract read at first sight: make verify says the same.
func TestSentencesNameTheirSubjects(t *testing.T) {
	t.Parallel()
	if err := words.Check(os.DirFS(".."), t.Output()); err != nil {
		t.Error(err)
	}
}
