// Package bot is the WeChat side: it takes pushes in, answers what can be answered at once, and does the rest as jobs.
// It keeps groups in step with WeCom and hands sponsored posts to group owners, never to a group itself: nothing
// official can do that.
//
// Accepted means stored: a push is in the inbox before WeChat is told "success". What a push causes is one
// transaction that also marks it done, so retries, duplicates and crashes have one effect.
//
// The package must never know HTTP routing, and it decides no caps: whether a post may go out is the throttle's word.
package bot
