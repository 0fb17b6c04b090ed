// Package weixin is the seam between Siyu and WeChat.
//
// Inbound, a Receiver turns one push (a query string and a body) of an Official Account, a Mini Program or a WeCom corp
// into an Envelope, or refuses it; Seal turns a passive reply into the bytes to answer with. Outbound, a Hub lends out
// ready SDK clients and makes the calls the SDK lacks; tokens, routing, timeouts, replay after a dead token, redaction and
// the classes of errors live here and nowhere else.
//
// The package knows the platform's protocol and nothing of ours: it must never know what a member, a group, an offer or a
// database is, and it imports no other package of this module. It never logs an openid, a token, a secret or a body.
//
// # Replays
//
// WeChat pushes the same message up to three more times when an answer is late, under the same or a new signature. Those
// retries are wanted, so a Receiver keeps no cache of nonces: it bounds replay by the freshness window of the signed
// timestamp, and whoever stores messages refuses the second copy by Message.DedupeKey.
//
// # Secrets and the SDK
//
// The SDK puts secrets and access tokens into URLs, and URLs into its error texts. It therefore never gets the real ones:
// its clients are built with stand-ins which our transport swaps for the real values at the last moment, and which also
// say which account, and so which server, a request belongs to.
package weixin
