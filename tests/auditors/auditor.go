// An auditor that shares no code with the platform: Go's own transparency-log library reads a log's files,
// checks the signature, every tile and every entry, one proof of inclusion and one of growth.
//
//	auditor FOLDER
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

// folder holds a log's files. Tiles are named as in tlog-tiles, which leaves out the height that
// tlog.Tile.Path puts first.
type folder string

func (f folder) Height() int                          { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		name := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		data, err := f.read(filepath.Join("tile", name))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(string(f), name)) }

// entries of one bundle, each prefixed by its length.
func (f folder) entries(n int64, count int) ([][]byte, error) {
	at := tlog.Tile{H: height, L: -1, N: n, W: count}
	name := strings.TrimPrefix(at.Path(), fmt.Sprintf("tile/%d/data/", height))
	data, err := f.read(filepath.Join("tile", "entries", name))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(data) >= 2 {
		size := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+size {
			break
		}
		all = append(all, data[2:2+size])
		data = data[2+size:]
	}
	if len(data) != 0 || len(all) != count {
		return nil, fmt.Errorf("bundle %d holds %d whole entries and %d bytes more", n, len(all), len(data))
	}
	return all, nil
}

func audit(f folder) (tlog.Tree, error) {
	none := tlog.Tree{}
	vkey, err := f.read("vkey")
	if err != nil {
		return none, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return none, err
	}
	signed, err := f.read("checkpoint")
	if err != nil {
		return none, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return none, err
	}
	var origin, root string
	var size int64
	if _, err := fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &size, &root); err != nil {
		return none, err
	}
	hash, err := tlog.ParseHash(root)
	if err != nil {
		return none, err
	}
	tree := tlog.Tree{N: size, Hash: hash}
	hashes := tlog.TileHashReader(tree, f)
	for first := int64(0); first < size; first += width {
		count := int(min(width, size-first))
		entries, err := f.entries(first/width, count)
		if err != nil {
			return none, err
		}
		wanted := make([]int64, count)
		for i := range wanted {
			wanted[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		stored, err := hashes.ReadHashes(wanted)
		if err != nil {
			return none, err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != stored[i] {
				return none, fmt.Errorf("entry %d differs from its hash", first+int64(i))
			}
		}
	}
	return tree, prove(tree, hashes)
}

// prove that the middle entry is in the tree, and that the tree grew out of its first third.
func prove(tree tlog.Tree, hashes tlog.HashReader) error {
	middle, third := tree.N/2, tree.N/3
	if third == 0 {
		return nil
	}
	leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, middle)})
	if err != nil {
		return err
	}
	path, err := tlog.ProveRecord(tree.N, middle, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, middle, leaf[0]); err != nil {
		return err
	}
	old, err := tlog.TreeHash(third, hashes)
	if err != nil {
		return err
	}
	growth, err := tlog.ProveTree(tree.N, third, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(growth, tree.N, tree.Hash, third, old)
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: auditor FOLDER")
	}
	tree, err := audit(folder(os.Args[1]))
	if err != nil {
		log.Fatal("FAIL ", err)
	}
	fmt.Println("ok size", tree.N, "root", tree.Hash)
}
