package fatigue

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// errPrior says that a stored prior cannot be read.
var errPrior = errors.New("a prior of fatigue is not readable")

// storedPrior is a prior as it is stored; the grid is made anew.
type storedPrior struct {
	LogPhi [Models]float64 `json:"log_phi"`
	Spread [Models]float64 `json:"spread"`
	Base   [Models]float64 `json:"base"`
	Model  [Models]float64 `json:"model"`
}

// MarshalBinary writes a prior as it is stored.
func (p Prior) MarshalBinary() ([]byte, error) {
	return json.Marshal(storedPrior{LogPhi: p.LogPhi, Spread: p.Spread, Base: p.Base, Model: p.Model})
}

// UnmarshalBinary reads the stored form. One that makes no sense is refused.
func (p *Prior) UnmarshalBinary(b []byte) error {
	var s storedPrior
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%w: %w", errPrior, err)
	}
	sum := 0.0
	for m := range Models {
		if !(s.Spread[m] > 0) || !(s.Base[m] > 0) || !(s.Base[m] < 1) || !(s.Model[m] >= 0) || math.Abs(s.LogPhi[m]) > 100 {
			return errPrior
		}
		sum += s.Model[m]
	}
	if math.Abs(sum-1) > 1e-6 {
		return errPrior
	}
	*p = Prior{LogPhi: s.LogPhi, Spread: s.Spread, Base: s.Base, Model: s.Model}.made()
	return nil
}
