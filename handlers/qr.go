package handlers

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// qrPixels is the side of a QR code on a page: large enough for a phone held at arm's length.
const qrPixels = 480

// drawPNG draws a QR code.
func drawPNG(says string, pixels int) ([]byte, error) {
	return qrcode.Encode(says, qrcode.Medium, pixels)
}

// drawSVG draws a QR code for a printer, as large as anybody likes.
func drawSVG(says string) ([]byte, error) {
	code, err := qrcode.New(says, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	dots := code.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`, len(dots), len(dots))
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="`)
	for y, row := range dots {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}
