package handlers

import (
	_ "embed"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"siyu/console"
	"siyu/models"
)

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is the contract of everything the server answers.
func OpenAPI() []byte { return openAPI }

func (s *server) health(*gin.Context) (any, error) {
	return document{"text/plain; charset=utf-8", []byte("ok\n")}, nil
}

// ready says whether the database answers and its schema is what this program knows.
func (s *server) ready(c *gin.Context) (any, error) {
	if err := s.Store.Ping(c.Request.Context()); err != nil {
		return nil, &models.Error{Kind: models.Unavailable, Code: "store_unavailable", Text: "the database does not answer", Err: err}
	}
	if _, err := s.Store.Read(c.Request.Context()).Communities(); err != nil {
		return nil, &models.Error{Kind: models.Unavailable, Code: "store_unavailable",
			Text: "the schema is missing: run siyu migrate up", Err: fmt.Errorf("read: %w", err)}
	}
	return document{"text/plain; charset=utf-8", []byte("ready\n")}, nil
}

func (s *server) openapi(*gin.Context) (any, error) {
	return document{"application/yaml; charset=utf-8", openAPI}, nil
}

// consolePages serves the web console and the till, and leads the bare address to the console.
func (s *server) consolePages(e *gin.Engine) {
	pages := gin.WrapH(console.Handler(s.ConsoleDir))
	e.GET("/console/*path", pages)
	e.GET("/till/*path", gin.WrapH(console.Till()))
	e.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/console/") })
}
