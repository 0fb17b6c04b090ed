// Package handlers is HTTP, and only HTTP: it binds a request, calls the room that knows, and writes what it returns.
// routes.go is the whole map on one page, checked both ways against openapi.yaml.
//
// It is the only room that knows gin. It must never decide a rule, know SQL or talk to WeChat.
package handlers
