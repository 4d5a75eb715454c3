package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/belfry-dev/belfry/internal/diag"
)

// output is the opened and locked output folder. Every access goes through an os.Root, so that no symbolic link, not even
// one planted between a look and a touch, leads outside. The folder itself may be a link: the user named it.
type output struct {
	name      string
	root      *os.Root
	handle    *os.File // the folder itself, which carries the lock
	exclusive bool     // no other run can be at work in the folder
	folders   map[string]sight
}

// openToWrite creates the folder where it is missing and locks it against every other run.
func openToWrite(name string, waiting func()) (*output, error) {
	if name == "" {
		return nil, errors.New("the output folder has no name")
	}
	for {
		if err := os.MkdirAll(name, folderMode); err != nil {
			return nil, cannotWrite(name, err)
		}
		o, err := openOutput(name, lockToWrite, waiting)
		if errors.Is(err, errReplaced) || errors.Is(err, fs.ErrNotExist) {
			continue // somebody removed the folder while we opened it or waited for its lock
		}
		return o, err
	}
}

// cannotWrite says of the folder that the user named why nothing can be written there.
func cannotWrite(folder string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("cannot write into %s: permission denied; name another folder with --out", folder)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("cannot write into %s: it is a file, or lies below one; name a folder with --out", folder)
	}
	return fmt.Errorf("cannot write into %s: %w", folder, cause(err))
}

// cause is what the system said, without the name of the call and of files that the user does not know, such as staged ones.
func cause(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number
	}
	return err
}

// openToRead locks the folder against writers only. It returns nil where there is no folder.
func openToRead(name string) (*output, error) {
	for {
		o, err := openOutput(name, lockToRead, nil)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if errors.Is(err, errReplaced) {
			continue
		}
		return o, err
	}
}

var errReplaced = errors.New("the output folder was replaced while waiting for its lock")

func openOutput(name string, mode int, waiting func()) (*output, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open output folder: %w", err)
	}
	o := &output{name: name, root: root, folders: map[string]sight{}}
	if o.handle, err = root.Open("."); err != nil {
		o.close()
		return nil, fmt.Errorf("open output folder: %w", err)
	}
	held, err := lockFolder(o.handle, mode, waiting)
	if err == nil {
		err = o.stillNamed()
	}
	if err != nil {
		o.close()
		return nil, err
	}
	o.exclusive = held && mode == lockToWrite
	return o, nil
}

// stillNamed returns errReplaced when the name stands for another folder than the one that is locked.
func (o *output) stillNamed() error {
	ours, err := o.handle.Stat()
	if err != nil {
		return fmt.Errorf("look at output folder: %w", err)
	}
	named, err := os.Stat(o.name)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && !os.SameFile(ours, named)) {
		return errReplaced
	}
	return err
}

// close lets go of the folder and its lock. Nothing was written through the handles, so closing them loses nothing.
func (o *output) close() {
	if o.handle != nil {
		_ = o.handle.Close()
	}
	_ = o.root.Close()
}

// place is what stands at a path.
type place int

const (
	nothing place = iota
	regularFile
	folder
	symlink
	special // device, socket, pipe
)

// sight is what a walk to a path found: the thing at the path, or the first thing above it that is not a folder.
type sight struct {
	place place
	at    string
}

// look walks to the path without following symbolic links.
func (o *output) look(p string) (sight, error) {
	if dir := path.Dir(p); dir != "." {
		above, err := o.lookFolder(dir)
		if err != nil || above.place != folder {
			return above, err
		}
	}
	return o.lookAt(p)
}

// lookFolder remembers what it saw: many files share a folder.
func (o *output) lookFolder(dir string) (sight, error) {
	if seen, ok := o.folders[dir]; ok {
		return seen, nil
	}
	seen, err := o.look(dir)
	if err == nil {
		o.folders[dir] = seen
	}
	return seen, err
}

func (o *output) lookAt(p string) (sight, error) {
	info, err := o.root.Lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sight{nothing, p}, nil
	case err != nil:
		return sight{}, fmt.Errorf("look at %s: %w", display(o.name, p), err)
	case info.IsDir():
		return sight{folder, p}, nil
	case info.Mode().IsRegular():
		return sight{regularFile, p}, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return sight{symlink, p}, nil
	}
	return sight{special, p}, nil
}

// inTheWay is the finding about a thing that stands where a file or folder has to be.
func (o *output) inTheWay(wanted string, seen sight) diag.Diagnostic {
	what := map[place]string{
		regularFile: "a file that Belfry did not write", folder: "a folder", symlink: "a symbolic link",
		special: "a device, socket or pipe",
	}[seen.place]
	message := fmt.Sprintf("%s stands where Belfry writes a file", what)
	if seen.at != wanted {
		message = fmt.Sprintf("%s stands where Belfry needs a folder for %s", what, wanted)
	}
	code := "output/in-the-way"
	if seen.place == symlink {
		code = "output/symlink"
		message += ", and links inside the output folder are not followed"
	}
	return finding(o.name, seen.at, code, message, "move it away and run belfry generate again")
}

// readFile returns the bytes of a regular file.
func (o *output) readFile(p string) ([]byte, error) {
	data, err := o.root.ReadFile(p)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", display(o.name, p), cause(err))
	}
	return data, nil
}
