package lift

import "math"

// normalQuantile is the value below which a standard normal lies with probability p.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// studentQuantile is the value below which Student's t with some degrees of freedom (not necessarily a whole number) lies
// with probability p > 1/2, to nine digits.
func studentQuantile(p, free float64) float64 {
	lo, hi := 0.0, 1.0
	for studentTail(hi, free) > 1-p && hi < 1e9 {
		hi *= 2
	}
	for hi-lo > 1e-10*hi {
		if mid := (lo + hi) / 2; studentTail(mid, free) > 1-p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// studentTail is the probability that t is above x >= 0.
func studentTail(x, free float64) float64 { return beta(free/(free+x*x), free/2, 0.5) / 2 }

// beta is the regularised incomplete beta function, by its continued fraction (Lentz).
func beta(x, a, b float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x > (a+1)/(a+b+2) {
		return 1 - beta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const enough = 1e-14
	c, d := 1.0, 1/nonzero(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < 500; m++ {
		up := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/nonzero(1+up*d), nonzero(1+up/c)
		h *= d * c
		down := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/nonzero(1+down*d), nonzero(1+down/c)
		h *= d * c
		if math.Abs(d*c-1) < enough {
			break
		}
	}
	return front * h
}

// nonzero keeps a fraction from dividing by zero.
func nonzero(x float64) float64 {
	const tiny = 1e-300
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}
