// Package miniprogram is the member's side: she logs in, says which group she came from, and sees the offers she can
// claim and the vouchers she holds.
//
// Everything that comes from her phone is checked before WeChat or the store sees it, and what proves itself only
// through WeChat (who she is, which group it was) is taken from WeChat. A launch that is told twice is one touch. The
// package must never know HTTP, it decides no caps and no stock, and neither an openid nor a session_key ever leaves it.
package miniprogram
