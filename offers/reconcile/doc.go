// Package reconcile proves that what was promised, used and charged adds up, and names each row where it does not.
//
// It only reads, a page of rows at a time, while everything goes on. What differs is read again: rows that change between two
// questions are no difference, rows that stay as they are and contradict each other are one. stock.go compares offers with their
// vouchers, voucher.go vouchers with their events and redemptions, due.go redemptions, claims and posts with what the brand was
// charged, transfer.go the transfers with their causes, purse.go purses and lots with the transfers, statement.go statements
// with their lines.
package reconcile
