package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Load reads the defaults, the YAML file at path (none when path is empty) and the environment, given as os.Environ
// returns it, in this order; the later wins. An empty word of the environment counts as not given.
//
// An error is always of type [Problems] and holds everything that is wrong. What a command cannot do without is asked
// with [Config.Require], and what is odd but possible is told by [Config.Notes].
func Load(path string, environ []string) (Config, error) {
	l := newLayers()
	l.defaults()
	l.file(path)
	l.environment(environ)

	cfg, err := l.decode()
	if err != nil {
		return Config{}, err
	}
	problems := slices.Concat(l.problems, cfg.check(l.from))
	if err := inTableOrder(problems).err(); err != nil {
		return Config{}, err
	}
	return cfg.tidy(), nil
}

// layers collects the settings of all sources and remembers where each came from.
type layers struct {
	known    []field
	values   *koanf.Koanf
	from     map[string]string
	problems Problems
}

func newLayers() *layers {
	return &layers{known: fields(), values: koanf.New("."), from: map[string]string{}}
}

// field looks up a setting by its word in the file.
func (l *layers) field(key string) (field, bool) {
	i := slices.IndexFunc(l.known, func(f field) bool { return f.key == key })
	if i < 0 {
		return field{}, false
	}
	return l.known[i], true
}

func (l *layers) defaults() {
	for _, f := range l.known {
		if f.initial != "" {
			l.set(f, f.initial, "default")
		}
	}
}

func (l *layers) file(path string) {
	if path == "" {
		return
	}
	layer := koanf.New(".")
	if err := layer.Load(file.Provider(path), yaml.Parser()); err != nil {
		l.problems = append(l.problems, unreadable(path, err))
		return
	}
	for key, value := range layer.Raw() {
		f, ok := l.field(key)
		switch {
		case !ok:
			l.problems = append(l.problems, unknownKey(key, value, path, l.known))
		case value == nil:
			// "public_url:" with nothing behind it is a setting left open.
		default:
			l.set(f, value, path)
		}
	}
}

func (l *layers) environment(environ []string) {
	layer := koanf.New(".")
	provider := env.Provider(".", env.Opt{
		Prefix:      Prefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			if foreign(name) || strings.TrimSpace(value) == "" {
				return "", nil
			}
			return name, strings.TrimSpace(value)
		},
	})
	if err := layer.Load(provider, nil); err != nil {
		l.problems = append(l.problems, Problem{What: Text{
			En: fmt.Sprintf("the environment cannot be read: %v", err),
			Zh: fmt.Sprintf("无法读取环境变量：%v", err),
		}})
		return
	}
	for name, value := range layer.All() {
		f, ok := l.field(strings.ToLower(strings.TrimPrefix(name, Prefix)))
		if !ok || f.env() != name {
			l.problems = append(l.problems, unknownEnv(name, l.known))
			continue
		}
		l.set(f, value, name)
	}
}

// foreign tells the words that begin like ours and are not for us: those of the tests, and those that Kubernetes puts
// into every container beside a service called "siyu".
func foreign(name string) bool {
	for _, prefix := range []string{"SIYU_TEST_", "SIYU_PORT_", "SIYU_SERVICE_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "SIYU_PORT"
}

// set takes one value if its type fits.
func (l *layers) set(f field, value any, from string) {
	l.from[f.key] = from
	switch v := value.(type) {
	case string:
		if f.kind != whole {
			l.put(f, strings.TrimSpace(v))
			return
		}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			l.put(f, n)
			return
		}
	case int:
		if f.kind == whole {
			l.put(f, int64(v))
			return
		}
	}
	l.problems = append(l.problems, wrongType(f, from))
}

func (l *layers) put(f field, value any) {
	if err := l.values.Set(f.key, value); err != nil {
		l.problems = append(l.problems, wrongType(f, l.from[f.key]))
	}
}

func (l *layers) decode() (Config, error) {
	var cfg Config
	if err := l.values.Unmarshal("", &cfg); err != nil {
		return Config{}, fmt.Errorf("decode the configuration: %w", err)
	}
	return cfg, nil
}

// quoted is what a YAML error repeats of the file; it may be part of a secret.
const quoted = "`[^`]*`"

func unreadable(path string, err error) Problem {
	if os.IsNotExist(err) {
		return Problem{
			From:   path,
			What:   Text{En: "there is no such file", Zh: "文件不存在"},
			Remedy: Text{En: "Name another one, or none to use the environment alone", Zh: "请指定其他文件，或不指定而只用环境变量"},
		}
	}
	why := regexp.MustCompile(quoted).ReplaceAllString(err.Error(), "…")
	return Problem{
		From:   path,
		What:   Text{En: "the file cannot be read: " + why, Zh: "文件无法读取：" + why},
		Remedy: Text{En: "It must be YAML, one `key: value` per line", Zh: "应为 YAML，每行一个 `键: 值`"},
	}
}

func wrongType(f field, from string) Problem {
	if f.kind == whole {
		return Problem{
			Key: f.key, From: from,
			What:   Text{En: "is not a whole number", Zh: "不是整数"},
			Remedy: Text{En: "Write digits only, such as " + f.example, Zh: "只写数字，例如 " + f.example},
		}
	}
	return Problem{
		Key: f.key, From: from,
		What:   Text{En: "YAML does not read this as text", Zh: "YAML 未将其读作文本"},
		Remedy: Text{En: "Put the value in quotes", Zh: "请给值加上引号"},
	}
}

// inTableOrder sorts problems as the sample file is sorted, those that belong to no setting first.
func inTableOrder(problems Problems) Problems {
	place := map[string]int{}
	for i, f := range fields() {
		place[f.key] = i + 1
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if d := place[a.Key] - place[b.Key]; d != 0 {
			return d
		}
		return strings.Compare(a.Key+a.From, b.Key+b.From)
	})
	return problems
}
