// Checks our ledger with Go's golang.org/x/mod/sumdb, which shares no code with it, and makes a log for ours to check.
//
//	go run cross-check.go check < cases.json   answers one line a case: "ok", or why not
//	go run cross-check.go make                 writes notes and proofs made by Go as JSON
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Kind    string
	Entries [][]byte
	Size    int64
	SizeOld int64
	Index   int64
	Root    []byte
	RootOld []byte
	Leaf    []byte
	Proof   [][]byte
	Note    string
	Keys    []string
	Text    string
	Path    string
	Level   int
	Width   int
}

func hashOf(b []byte) (h tlog.Hash) {
	copy(h[:], b)
	return h
}

func hashesOf(list [][]byte) []tlog.Hash {
	var out []tlog.Hash
	for _, b := range list {
		out = append(out, hashOf(b))
	}
	return out
}

// store is the sequence of hashes that package tlog keeps for a log.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, s[i])
	}
	return out, nil
}

func storeOf(entries [][]byte) store {
	var s store
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, s)
		if err != nil {
			panic(err)
		}
		s = append(s, hashes...)
	}
	return s
}

func check(c testCase) error {
	switch c.Kind {
	case "root":
		h, err := tlog.TreeHash(int64(len(c.Entries)), storeOf(c.Entries))
		if err == nil && h != hashOf(c.Root) {
			err = fmt.Errorf("another root")
		}
		return err
	case "leaf":
		if tlog.RecordHash(c.Entries[0]) != hashOf(c.Leaf) {
			return fmt.Errorf("another leaf hash")
		}
		return nil
	case "inclusion":
		return tlog.CheckRecord(hashesOf(c.Proof), c.Size, hashOf(c.Root), c.Index, hashOf(c.Leaf))
	case "consistency":
		return tlog.CheckTree(hashesOf(c.Proof), c.Size, hashOf(c.Root), c.SizeOld, hashOf(c.RootOld))
	case "tile":
		s := storeOf(c.Entries)
		data, err := tlog.ReadTileData(tlog.Tile{H: 8, L: c.Level, N: c.Index, W: c.Width}, s)
		if err == nil && !bytes.Equal(data, bytes.Join(c.Proof, nil)) {
			err = fmt.Errorf("another tile")
		}
		return err
	case "path":
		tile := tlog.Tile{H: 8, L: c.Level, N: c.Index, W: c.Width}
		if tile.Path() != c.Path {
			return fmt.Errorf("path %s", tile.Path())
		}
		return nil
	case "note":
		var verifiers []note.Verifier
		for _, key := range c.Keys {
			verifier, err := note.NewVerifier(key)
			if err != nil {
				return err
			}
			verifiers = append(verifiers, verifier)
		}
		n, err := note.Open([]byte(c.Note), note.VerifierList(verifiers...))
		if err == nil && n.Text != c.Text {
			err = fmt.Errorf("another text")
		}
		return err
	}
	return fmt.Errorf("unknown kind %s", c.Kind)
}

type proof struct {
	Index, Size, SizeOld int64
	Leaf, Root, RootOld  []byte
	Hashes               [][]byte
}

func bytesOf(hashes []tlog.Hash) [][]byte {
	out := [][]byte{}
	for _, h := range hashes {
		out = append(out, append([]byte{}, h[:]...))
	}
	return out
}

// detReader gives the same key in every run.
type detReader struct{ state [32]byte }

func (r *detReader) Read(p []byte) (int, error) {
	for i := range p {
		r.state = sha256.Sum256(r.state[:])
		p[i] = r.state[0]
	}
	return len(p), nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func makeLog() {
	var out struct {
		Vkey        string
		Notes       []string
		Texts       []string
		Entries     [][]byte
		Inclusion   []proof
		Consistency []proof
	}
	const count = 600
	for i := 0; i < count; i++ {
		out.Entries = append(out.Entries, []byte(fmt.Sprintf("go entry %d", i*i)))
	}
	s := storeOf(out.Entries)
	root := func(n int64) tlog.Hash {
		h, err := tlog.TreeHash(n, s)
		must(err)
		return h
	}
	skey, vkey, err := note.GenerateKey(&detReader{}, "go.example/log")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	out.Vkey = vkey
	for _, n := range []int64{0, 1, 2, 255, 256, 257, 511, 512, count} {
		top := root(n)
		if n == 0 {
			top = tlog.Hash(sha256.Sum256(nil))
		}
		text := fmt.Sprintf("go.example/log\n%d\n%s\n", n, top)
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		must(err)
		out.Notes = append(out.Notes, string(signed))
		out.Texts = append(out.Texts, text)
		for i := int64(0); i < n; i += 1 + n/7 {
			p, err := tlog.ProveRecord(n, i, s)
			must(err)
			leaf := tlog.RecordHash(out.Entries[i])
			out.Inclusion = append(out.Inclusion, proof{Index: i, Size: n, Leaf: leaf[:], Root: top[:], Hashes: bytesOf(p)})
		}
		for old := int64(1); old <= n; old += 1 + n/7 {
			p, err := tlog.ProveTree(n, old, s)
			must(err)
			before := root(old)
			out.Consistency = append(out.Consistency, proof{Size: n, SizeOld: old, Root: append([]byte{}, top[:]...), RootOld: before[:], Hashes: bytesOf(p)})
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
}

func main() {
	if os.Args[1] == "make" {
		makeLog()
		return
	}
	var cases []testCase
	must(json.NewDecoder(os.Stdin).Decode(&cases))
	for _, c := range cases {
		if err := check(c); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("ok")
		}
	}
}
