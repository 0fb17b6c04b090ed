package config_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"siyu/config"
)

const sampleFile = "siyu.sample.yaml"

// TestSampleFile keeps the committed sample equal to what the table of settings says; `make gen` writes it anew.
func TestSampleFile(t *testing.T) {
	if os.Getenv("SIYU_TEST_WRITE_SAMPLE") != "" {
		if err := os.WriteFile(sampleFile, []byte(config.Sample()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Parallel()
	committed, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != config.Sample() {
		t.Errorf("%s is not what Sample returns; run `make gen`", sampleFile)
	}
}

func TestSampleLoadsAsTheDefaults(t *testing.T) {
	t.Parallel()
	sample, err := config.Load(sampleFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	defaults, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(sample, defaults) {
		t.Errorf("sample %+v\ndefaults %+v", sample, defaults)
	}
}

// TestSampleNamesEveryField holds the struct and the table of settings together, in both directions.
func TestSampleNamesEveryField(t *testing.T) {
	t.Parallel()
	inSample := map[string]bool{}
	for line := range strings.Lines(config.Sample()) {
		key, _, found := strings.Cut(strings.TrimPrefix(line, "# "), ": \"")
		if !found {
			key, _, found = strings.Cut(strings.TrimPrefix(line, "# "), ": 1")
		}
		if found && !strings.ContainsAny(key, " [") {
			inSample[key] = true
		}
	}
	for _, key := range tags(reflect.TypeFor[config.Config]()) {
		if !inSample[key] {
			t.Errorf("%s is a field without a line in the sample", key)
		}
		if env := "[SIYU_" + strings.ToUpper(key) + "]"; !strings.Contains(config.Sample(), env) {
			t.Errorf("the sample does not say %s", env)
		}
		delete(inSample, key)
	}
	for key := range inSample {
		t.Errorf("%s is a line of the sample without a field", key)
	}
}

// tags returns the words of all fields, those of embedded groups too.
func tags(typ reflect.Type) []string {
	var keys []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		if tag := f.Tag.Get("koanf"); tag == ",squash" {
			keys = append(keys, tags(f.Type)...)
		} else {
			keys = append(keys, tag)
		}
	}
	return keys
}
