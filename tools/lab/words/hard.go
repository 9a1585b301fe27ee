package main

import (
	"fmt"
	"regexp"
	"strings"
)

// mostWords is the largest number of words that a sentence may have before its first colon or
// semicolon. A list may follow the colon. Words in brackets are not counted.
const mostWords = 30

var (
	// unclear maps phrases with an uncommon meaning to phrases with a common meaning.
	unclear = map[string]string{
		"rests on":             "depends on, is based on",
		"behind that position": "after that position",
		"behind its position":  "after its position",
		"which is what":        "a sentence of its own",
	}
	stop     = regexp.MustCompile(`[.!?][)"'”*_]*\s+`)
	pause    = regexp.MustCompile(`[:;]\s`)
	inside   = regexp.MustCompile(`\([^()]*\)`)
	nested   = regexp.MustCompile(`\s\([^()]*\s\([^()]*\)`)
	code     = regexp.MustCompile("`[^`]*`")
	linkGoal = regexp.MustCompile(`\]\([^()]*\)`)
	hidden   = regexp.MustCompile(`<!--.*?-->`)
)

// hard returns the findings in a paragraph that make a sentence hard to understand at the first
// reading: too many words, brackets within brackets, and phrases with an uncommon meaning.
func (p paragraph) hard() (found []string) {
	text := hidden.ReplaceAllString(code.ReplaceAllString(p.text, "code"), "")
	text = linkGoal.ReplaceAllString(text, "]")
	for _, s := range stop.Split(text, -1) {
		if nested.MatchString(s) {
			found = append(found, "brackets within brackets: "+clip(s))
		}
		begin := pause.Split(inside.ReplaceAllString(s, ""), 2)[0]
		if words := len(strings.Fields(begin)); words > mostWords {
			found = append(found, fmt.Sprintf("a sentence has at most %d words, not %d: %s", mostWords, words, clip(s)))
		}
	}
	for _, phrase := range wordsOf(unclear) {
		if at := strings.Index(strings.ToLower(p.text), phrase); at >= 0 {
			found = append(found, "write "+unclear[phrase]+": "+clip(p.text[at:]))
		}
	}
	return found
}
