package offers

import (
	"fmt"
	"strings"
)

// The currencies of ISO 4217 (list one, as of 2026) by how many digits their minor unit has; funds, metals and codes for testing
// are left out. One that is not here has not been in use lately.
const (
	digits0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	digits2 = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE " +
		"CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW " +
		"KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN " +
		"PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD " +
		"TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
	digits3 = "BHD IQD JOD KWD LYD OMR TND"
)

// MinorDigits is how many digits the minor unit of a currency has, as ISO 4217 says: 2 for CAD, 0 for JPY, 3 for KWD. It reports
// false for what is no currency.
func MinorDigits(currency string) (int, bool) {
	if len(currency) != 3 || strings.Contains(currency, " ") {
		return 0, false
	}
	for digits, codes := range map[int]string{0: digits0, 2: digits2, 3: digits3} {
		if strings.Contains(codes, currency) && strings.Contains(" "+codes+" ", " "+currency+" ") {
			return digits, true
		}
	}
	return 0, false
}

// Money writes an amount in minor units: CAD 4.50, JPY 500.
func Money(amount int64, currency string) string {
	digits, _ := MinorDigits(currency)
	if digits == 0 {
		return fmt.Sprintf("%s %d", currency, amount)
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	return fmt.Sprintf("%s %d.%0*d", currency, amount/unit, digits, amount%unit)
}
