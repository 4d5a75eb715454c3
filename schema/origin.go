package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Origin is what a package is loaded from. Its zero value is that of a package nobody asked the fingerprint of.
type Origin struct {
	// Key tells the packages of one call apart.
	Key string
	// Fingerprint changes whenever something changes that loading the package depends on: its files, those of its parent
	// folders, those of packages that it imports, and what lies below cue.mod. It does not cover LoadOptions. It is empty where
	// that is not known for certain.
	Fingerprint string
	// Known is what LoadOptions.Known said.
	Known bool

	loader *loader
	folder folder
}

// Locate is Package.Locate, from the files as they are now: it reads them anew, so that nobody has to hold on to a package
// because there may be something to say about it.
func (o Origin) Locate(path string) diag.Pos {
	return o.loader.read(o.folder).loaded.Locate(path)
}

// Fingerprints computes the fingerprints of packages anew, from their files as they are now.
func Fingerprints(origins []Origin) []string {
	prints := make([]string, len(origins))
	memos := map[*loader]*fingerprinter{}
	for i, origin := range origins {
		if origin.loader == nil {
			continue
		}
		if memos[origin.loader] == nil {
			memos[origin.loader] = newFingerprinter(origin.loader)
		}
		prints[i] = memos[origin.loader].fingerprint(origin.folder)
	}
	return prints
}

// origins asks for each folder whether the caller knows it.
func (l *loader) origins(folders []folder) []Origin {
	origins := make([]Origin, len(folders))
	if l.options.Known == nil {
		return origins
	}
	prints := newFingerprinter(l)
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				origins[i] = l.origin(prints, folders[i])
			}
		})
	}
	for i := range folders {
		next <- i
	}
	close(next)
	workers.Wait()
	return origins
}

func (l *loader) origin(prints *fingerprinter, f folder) Origin {
	origin := Origin{Key: l.display(f.path) + ":" + f.qualifier, loader: l, folder: f}
	if origin.Fingerprint = prints.fingerprint(f); origin.Fingerprint == "" {
		return origin
	}
	tags, known := l.options.Known(origin.Key, origin.Fingerprint)
	if known {
		l.tags.use(tags)
	}
	origin.Known = known
	return origin
}

// unknown lists the folders that have to be loaded.
func unknown(folders []folder, origins []Origin) []folder {
	var rest []folder
	for i, f := range folders {
		if !origins[i].Known {
			rest = append(rest, f)
		}
	}
	return rest
}

// fingerprinter computes fingerprints. It reads each folder above or imported by several packages once.
type fingerprinter struct {
	loader  *loader
	lock    sync.Mutex
	shared  map[string]*folderPrint // by folder
	modules map[string]*folderPrint // what lies below cue.mod, by the module's root
}

// folderPrint is what one folder adds to a fingerprint.
type folderPrint struct {
	once    sync.Once
	sum     [sha256.Size]byte
	imports []string // as the files write them
	err     error
}

func newFingerprinter(l *loader) *fingerprinter {
	return &fingerprinter{loader: l, shared: map[string]*folderPrint{}, modules: map[string]*folderPrint{}}
}

// fingerprint returns "" where something cannot be read, or is not what it covers: such a package has to be loaded.
func (p *fingerprinter) fingerprint(f folder) string {
	sum := sha256.New()
	add(sum, p.loader.display(f.path), f.qualifier, strconv.FormatBool(f.wildcard), p.loader.display(f.root), f.name)
	module := p.module(f.root)
	own := &folderPrint{}
	own.read(p.loader, f.path)
	if f.problem != nil || module.err != nil || own.err != nil {
		return ""
	}
	sum.Write(module.sum[:])
	sum.Write(own.sum[:])
	walk := closure{prints: p, module: f.cueModule, sum: sum, seen: map[string]bool{f.path: true}}
	if walk.follow(own) != nil || walk.parents(f.path) != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// closure adds the folders that one package's files refer to, each once.
type closure struct {
	prints *fingerprinter
	module *cueModule
	sum    hash.Hash
	seen   map[string]bool
}

// parents adds the folders above one: their files of the same package belong to it.
func (c *closure) parents(path string) error {
	for path != c.module.root && path != filepath.Dir(path) {
		path = filepath.Dir(path)
		if err := c.add(path); err != nil {
			return err
		}
	}
	return nil
}

func (c *closure) add(path string) error {
	if c.seen[path] {
		return nil
	}
	c.seen[path] = true
	folder := c.prints.folder(path)
	if folder.err != nil {
		return folder.err
	}
	add(c.sum, c.prints.loader.display(path))
	c.sum.Write(folder.sum[:])
	return c.follow(folder)
}

// follow adds the packages of the module that the files of a folder import. CUE's own and the language do not change, and
// others lie below cue.mod.
func (c *closure) follow(folder *folderPrint) error {
	for _, path := range folder.imports {
		path, _, _ = strings.Cut(path, ":")
		if path == ImportPath {
			continue
		}
		path, version, _ := strings.Cut(path, "@")
		_, below, _ := strings.Cut(version, "/") // example.com/module@v0/folder
		inside, local := strings.CutPrefix(path+"/"+below, c.module.name+"/")
		if !local {
			continue
		}
		imported := filepath.Join(c.module.root, filepath.FromSlash(inside))
		if err := c.add(imported); err != nil {
			return err
		}
		if err := c.parents(imported); err != nil {
			return err
		}
	}
	return nil
}

// folder reads a folder that several packages may share.
func (p *fingerprinter) folder(path string) *folderPrint {
	return p.memo(p.shared, path, func(f *folderPrint) { f.read(p.loader, path) })
}

// module reads what lies below a module's cue.mod.
func (p *fingerprinter) module(root string) *folderPrint {
	return p.memo(p.modules, root, func(f *folderPrint) { f.readModule(root) })
}

func (p *fingerprinter) memo(memo map[string]*folderPrint, path string, read func(*folderPrint)) *folderPrint {
	p.lock.Lock()
	folder := memo[path]
	if folder == nil {
		folder = &folderPrint{}
		memo[path] = folder
	}
	p.lock.Unlock()
	folder.once.Do(func() { read(folder) })
	return folder
}

// read takes every file that CUE might.
func (f *folderPrint) read(l *loader, path string) {
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.err = err
		return
	}
	sum := sha256.New()
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".cue") {
			continue
		}
		file, problems := l.readFile(filepath.Join(path, entry.Name()))
		if problems != nil {
			f.err = errors.New(problems[0].Message)
			return
		}
		add(sum, entry.Name(), string(file.content))
		if err := f.readImports(file); err != nil {
			f.err = err
			return
		}
	}
	sum.Sum(f.sum[:0])
}

func (f *folderPrint) readImports(file source) error {
	if !strings.Contains(string(file.content), "import") {
		return nil
	}
	syntax, err := parser.ParseFile(file.path, file.content, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for spec := range syntax.ImportSpecs() {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		f.imports = append(f.imports, path)
	}
	return nil
}

// readModule takes all of cue.mod, because which of its files a package reaches is CUE's to say.
func (f *folderPrint) readModule(root string) {
	sum := sha256.New()
	top := filepath.Join(root, "cue.mod")
	f.err = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case path == top && errors.Is(err, fs.ErrNotExist):
			return fs.SkipAll // a spec needs no module
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is no regular file, and may lead anywhere", path)
		}
		content, err := os.ReadFile(path)
		add(sum, path, string(content))
		return err
	})
	sum.Sum(f.sum[:0])
}

// add writes texts so that no two lists of texts are written alike.
func add(sum hash.Hash, texts ...string) {
	for _, text := range texts {
		fmt.Fprintf(sum, "%d:", len(text))
		_, _ = sum.Write([]byte(text)) // documented never to fail
	}
}
