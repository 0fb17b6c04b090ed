package config

import (
	"reflect"
	"strings"
)

// given tells whether a setting has a value.
func (c Config) given(key string) bool {
	value := find(reflect.ValueOf(c), key)
	return value.IsValid() && !value.IsZero()
}

// find returns the struct field whose tag is key, looking into squashed structs too; the zero Value when there is none.
func find(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("koanf")
		if tag == key {
			return v.Field(i)
		}
		if tag == ",squash" {
			if inner := find(v.Field(i), key); inner.IsValid() {
				return inner
			}
		}
	}
	return reflect.Value{}
}

// halves returns one problem for every group of which some settings are given and others are not.
func (c Config) halves(from map[string]string) Problems {
	var problems Problems
	for _, s := range sections() {
		if !s.group {
			continue
		}
		var given, missing []string
		for _, f := range s.fields {
			if c.given(f.key) {
				given = append(given, f.key)
			} else {
				missing = append(missing, f.key)
			}
		}
		if len(given) == 0 || len(missing) == 0 {
			continue
		}
		list := strings.Join(missing, ", ")
		problems = append(problems, Problem{
			Key: given[0], From: from[given[0]],
			What: Text{
				En: "is given without " + list,
				Zh: "已填写，但缺少 " + list,
			},
			Remedy: Text{
				En: "Give all settings of the group, or none of them",
				Zh: "请把这一组填全；或全部不填",
			},
		})
	}
	return problems
}

// tidy gives checked values their one form: no slash at the end of an address, nothing in place of "off".
func (c Config) tidy() Config {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	c.WeChatAPI = strings.TrimRight(c.WeChatAPI, "/")
	c.WeComAPI = strings.TrimRight(c.WeComAPI, "/")
	if c.MetricsAddr == "off" {
		c.MetricsAddr = ""
	}
	return c
}
