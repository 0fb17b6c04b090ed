package whatif

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed worlds/*.yaml
var committed embed.FS

// Worlds are the worlds that come with Siyu, by name.
func Worlds() ([]World, error) {
	sub, err := fs.Sub(committed, "worlds")
	if err != nil {
		return nil, err
	}
	return ReadWorlds(sub)
}

// ReadWorlds reads every .yaml and .yml file of a directory, by name. Faults of all files are reported together.
func ReadWorlds(dir fs.FS) ([]World, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	var worlds []World
	var faults []error
	from := map[string]string{}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || (ext != ".yaml" && ext != ".yml") {
			continue
		}
		text, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return nil, err
		}
		w, err := ReadWorld(e.Name(), text)
		if err == nil && from[w.Name] != "" {
			err = fmt.Errorf("%w: %s: the name %s is taken by %s", ErrWorld, e.Name(), w.Name, from[w.Name])
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		from[w.Name] = e.Name()
		worlds = append(worlds, w)
	}
	if len(worlds) == 0 && len(faults) == 0 {
		faults = append(faults, fmt.Errorf("%w: there is no .yaml file", ErrWorld))
	}
	return worlds, errors.Join(faults...)
}

// Named picks worlds by name; an unknown name is an error that lists what there is.
func Named(worlds []World, names []string) ([]World, error) {
	var chosen []World
	for _, name := range names {
		found := false
		for i := range worlds {
			if worlds[i].Name == name {
				chosen, found = append(chosen, worlds[i]), true
			}
		}
		if !found {
			var all []string
			for i := range worlds {
				all = append(all, worlds[i].Name)
			}
			return nil, fmt.Errorf("%w: there is no world %q; there are %s", ErrWorld, name, strings.Join(all, ", "))
		}
	}
	return chosen, nil
}
