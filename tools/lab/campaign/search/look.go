//go:build linux

package search

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// forms returns the encodings in which a text may be stored: plain, in capital letters, hexadecimal
// and base64.
func forms(text string) (all [][]byte) {
	all = [][]byte{[]byte(text), []byte(strings.ToUpper(text)), []byte(hex.EncodeToString([]byte(text))), []byte(strings.ToUpper(hex.EncodeToString([]byte(text))))}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 { // position of the text within a group of three bytes
			whole := encoding.EncodeToString(append(make([]byte, before), text...))
			first, last := (before*8+5)/6, (before+len(text))*8/6 // the characters that depend only on the text
			all = append(all, []byte(whole[first:last]))
		}
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal)
}

// look searches content for two kinds of text: persons' texts, and the unencrypted name of an
// owner. It records in s what it finds.
func look(s *history.Searched, name string, content io.Reader) error {
	const stretch = 4 << 20
	marks, buffer, kept := forms(sample.Mark), make([]byte, stretch), 0
	for {
		n, err := io.ReadFull(content, buffer[kept:])
		part := buffer[:kept+n]
		s.Bytes += int64(n)
		s.Clear = s.Clear || bytes.Contains(part, []byte(sample.InClear))
		for _, form := range marks {
			if at := bytes.Index(part, form); at >= 0 {
				s.Found = append(s.Found, fmt.Sprintf("%s has %q", name, part[max(0, at-20):min(len(part), at+60)]))
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", name, err)
		}
		kept = copy(buffer, part[len(part)-4*len(sample.Mark):]) // a text may lie across two parts
	}
}

// lookInto searches all files below a directory. The function placeOf returns the place (such as
// "data files") to which a file belongs.
func lookInto(dir string, placeOf func(path string) *history.Searched) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // the file was removed meanwhile
			return nil
		case err != nil:
			return err
		case !entry.Type().IsRegular():
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		defer func() { _ = file.Close() }()
		return look(placeOf(path), path, file)
	})
}
