package wechatsim

import "net/http"

func (s *Sim) control(*http.ServeMux)                        {}
func (s *Sim) serveIndex(http.ResponseWriter, *http.Request) {}
