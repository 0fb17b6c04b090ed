// Package config reads how one Siyu is set up: defaults, then a YAML file, then the environment, each layer winning
// over the one before it.
//
// Every setting is one line of the table in fields.go, with its meaning in English and Chinese; the sample file is
// printed from that table. Reading is strict: a word nobody knows is an error that names the nearest known one, and all
// problems are told at once, each with what to do about it. Values that open doors are of type [Secret] and never print.
//
// The package is a leaf. It must never know what a setting is used for: it opens no database, calls no network and is
// imported by the commands only, which hand the values on.
package config
