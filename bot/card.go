package bot

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"siyu/models"
)

// cardPage is the Mini Program page a card opens.
const cardPage = models.CardPage

// CardPath is the path of a placement's card: the page and the placement's code, by which a lost task is found again
// and an opened card is known.
func CardPath(code string) string { return models.CardPath(code) }

// AdLabel stands before every sponsored copy that has no label of its own: posts that sell must say that they are advertising.
const AdLabel = "【广告】"

// Copy is the text of a sponsored post.
func Copy(brand models.Brand, o models.Offer) string { return o.PostText(brand) }

// CardTitle is the title of a sponsored post's Mini Program card, as long as WeCom takes it.
func CardTitle(o models.Offer) string { return clip(o.PostTitle(), wecomTitleBytes) }

// The picture of a card, in the 5:4 that WeChat shows.
const (
	cardWidth  = 520
	cardHeight = 416
)

// cardPicture draws the plain picture of a card: WeChat wants one, the words are in the card's title.
func cardPicture() ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, cardWidth, cardHeight), color.Palette{
		color.RGBA{0xf5, 0xf6, 0xf3, 0xff}, color.RGBA{0x06, 0x7a, 0x40, 0xff}, color.RGBA{0xe2, 0xf4, 0xea, 0xff}})
	fillRect(img, image.Rect(60, 88, 460, 328), 1)
	fillRect(img, image.Rect(92, 120, 428, 296), 2)
	for y := 104; y < 320; y += 24 { // the perforation of a voucher
		fillRect(img, image.Rect(334, y, 340, y+12), 1)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw the card's picture: %w", err)
	}
	return out.Bytes(), nil
}

func fillRect(img *image.Paletted, r image.Rectangle, c uint8) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.SetColorIndex(x, y, c)
		}
	}
}
